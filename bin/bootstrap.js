'use strict';
// Runs under whatever Node the machine has (18 or newer): finds or fetches the Node we need and our dependencies,
// then runs the program under it. Plain CommonJS without dependencies, because nothing is installed yet.
const { spawn, spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const root = path.dirname(__dirname);
const home = path.join(root, '.rinnovo');
// The first with argon2 in its own library.
const needed = [24, 7];

/**
 * Runs the needed Node with `args`, with what `need` says installed; ends this process with the exit code of that one.
 * `product`: what the product runs with, so that the first start is quick. `everything`: also what builds, checks and
 * tests it.
 */
exports.run = function run(need, args) {
  try {
    const node = prepare(need);
    follow(spawnNode(node, args));
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
};

class SetupError extends Error {}

function prepare(need) {
  const ready = () => {
    const node = findNode();
    return node && isInstalled(need) ? node : undefined;
  };
  return (
    ready() ??
    underLock(() => {
      const node = findNode() ?? fetchNode();
      if (!isInstalled(need)) installDependencies(node, need);
      return node;
    })
  );
}

// --- Node ---

function lockedNode() {
  const entry = JSON.parse(fs.readFileSync(path.join(__dirname, 'node.lock.json'), 'utf8'))[platformName()];
  if (!entry)
    throw new SetupError(
      `Please install Node ${needed.join('.')} or newer: there is no download for ${platformName()}.`,
    );
  const exe = process.platform === 'win32' ? 'node.exe' : 'node';
  return { ...entry, exe, path: path.join(home, `node-v${entry.version}`, 'bin', exe) };
}

function platformName() {
  return `${process.platform}-${process.arch}`;
}

function findNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > needed[0] || (major === needed[0] && minor >= needed[1])) return process.execPath;
  const locked = lockedNode();
  return fs.existsSync(locked.path) ? locked.path : undefined;
}

function fetchNode() {
  const locked = lockedNode();
  say(`Fetching Node ${locked.version} (this machine has ${process.versions.node}) …`);
  const temp = fs.mkdtempSync(path.join(home, 'fetch-'));
  try {
    npm(process.execPath, ['pack', `${locked.name}@${locked.version}`, '--pack-destination', temp, '--loglevel=error']);
    const archive = path.join(temp, fs.readdirSync(temp).find((name) => name.endsWith('.tgz')) ?? 'missing');
    const found = `sha512-${createHash('sha512').update(fs.readFileSync(archive)).digest('base64')}`;
    if (found !== locked.integrity)
      throw new SetupError(`The fetched Node ${locked.version} is not the one in bin/node.lock.json; not used.`);
    const tar = spawnSync('tar', ['-xzf', archive, '-C', temp, `package/bin/${locked.exe}`], { stdio: 'inherit' });
    if (tar.status !== 0) throw new SetupError('Could not unpack the fetched Node: is tar installed?');
    const binary = path.join(temp, 'package', 'bin', locked.exe);
    fs.chmodSync(binary, 0o755);
    fs.mkdirSync(path.dirname(locked.path), { recursive: true });
    fs.renameSync(binary, locked.path);
    return locked.path;
  } finally {
    fs.rmSync(temp, { recursive: true, force: true });
  }
}

// --- dependencies ---

const stampFile = path.join(root, 'node_modules', '.rinnovo-stamp');

// Only what npm installs by: a new script in package.json is no reason to install again.
function stamp() {
  const { dependencies, optionalDependencies, devDependencies } = JSON.parse(readRoot('package.json'));
  const wanted = JSON.stringify([platformName(), dependencies, optionalDependencies, devDependencies]);
  return createHash('sha256').update(wanted).update(readRoot('package-lock.json')).digest('hex');
}

function readRoot(name) {
  return fs.readFileSync(path.join(root, name), 'utf8');
}

function isInstalled(need) {
  const found = readOr(stampFile, '');
  return found === `everything ${stamp()}` || found === `${need} ${stamp()}`;
}

function installDependencies(node, need) {
  say(need === 'product' ? 'Installing dependencies …' : 'Installing dependencies, also for building and testing …');
  // What the product runs with is left as it lies when more is added, because the product may be running.
  const how = isInstalled('product') ? ['install', '--no-save'] : ['ci'];
  const which = need === 'product' ? ['--omit=dev'] : [];
  // Under the new Node: an old one would silently drop the optional packages (PostgreSQL) that need a newer engine.
  npm(node, [...how, ...which, '--no-audit', '--no-fund', '--loglevel=error']);
  fs.writeFileSync(stampFile, `${need} ${stamp()}`);
}

function npm(node, args) {
  // Inside `npm start` and `npm test` npm hands its own settings down as variables; they are not meant for this call.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(lifecycle|package)_/.test(name)),
  );
  const done = spawnSync(node, [npmCli(), ...args], { cwd: root, env, stdio: ['ignore', 'ignore', 'inherit'] });
  if (done.status !== 0)
    throw new SetupError(`Set-up failed: npm ${args[0]} did not succeed (see above). Check the network and try again.`);
}

function npmCli() {
  const besideNode = path.join(path.dirname(fs.realpathSync(process.execPath)), '..');
  const candidates = [
    process.env.npm_execpath,
    path.join(besideNode, 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    path.join(besideNode, 'bin', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    path.join(besideNode, 'share', 'nodejs', 'npm', 'bin', 'npm-cli.js'),
    ...(process.env.PATH ?? '').split(path.delimiter).map((folder) => realpath(path.join(folder, 'npm'))),
  ];
  const found = candidates.find((file) => file?.endsWith('npm-cli.js') && fs.existsSync(file));
  if (!found) throw new SetupError('Please install npm: it fetches what Rinnovo needs.');
  return found;
}

function realpath(file) {
  try {
    return fs.realpathSync(file);
  } catch {
    return undefined;
  }
}

// --- one set-up at a time ---

function underLock(work) {
  const lock = path.join(home, 'setup.lock');
  fs.mkdirSync(home, { recursive: true });
  while (!takeLock(lock)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  try {
    return work();
  } finally {
    fs.rmSync(lock, { force: true });
  }
}

function takeLock(lock) {
  try {
    fs.writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  // The pid says whether its owner still works on it; the age, whether another process merely got the same pid.
  const pid = Number(readOr(lock, ''));
  const age = Date.now() - (fs.statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
  const abandoned = age > 600_000 || (age > 1_000 && !isAlive(pid));
  if (abandoned && readOr(lock, '') === String(pid || '')) fs.rmSync(lock, { force: true });
  return false;
}

function readOr(file, fallback) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return fallback;
  }
}

function isAlive(pid) {
  if (!pid || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

// --- the program ---

function spawnNode(node, args) {
  // The channel carries nothing: when this process dies, however it dies, the other side sees it close and stops cleanly.
  const stdio = ['inherit', 'inherit', 'inherit', 'ipc'];
  // Sources that were read once need not be stripped of their types and compiled again.
  const env = { NODE_COMPILE_CACHE: path.join(home, 'compiled'), ...process.env };
  // What a batch reads is garbage a moment later: with little room for what is new it is cleared away often, and the process
  // stays small (a million mailboxes: 347 MB instead of 405, and no slower).
  return spawn(node, ['--max-semi-space-size=8', ...args], { stdio, env, serialization: 'advanced' });
}

function follow(child) {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, () => child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal));
  const watch = watchNpm(() => child.kill('SIGTERM'));
  child.on('error', (error) => {
    throw error;
  });
  child.on('exit', (code, signal) => {
    clearInterval(watch);
    if (!signal) process.exit(code ?? 1);
    for (const name of signals) process.removeAllListeners(name);
    process.kill(process.pid, signal);
    setTimeout(() => process.exit(128 + (os.constants.signals[signal] ?? 0)), 200);
  });
}

// A SIGTERM to `npm start` ends npm and its shell but never reaches us: watch both.
function watchNpm(stop) {
  if (!process.env.npm_lifecycle_event) return undefined;
  const parent = process.ppid;
  const grandparent = parentOf(parent);
  const timer = setInterval(() => {
    if (process.ppid === parent && (!grandparent || isAlive(grandparent))) return;
    clearInterval(timer);
    stop();
  }, 300);
  return timer;
}

function parentOf(pid) {
  const stat = readOr(`/proc/${pid}/stat`, '');
  if (stat) return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  return Number(spawnSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' }).stdout?.trim() || 0);
}

function say(text) {
  process.stderr.write(`${text}\n`);
}
