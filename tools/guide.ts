/**
 * Writes docs/guide anew: what the stories of spec/guide tell today. Read the difference before you commit it: it is the
 * difference in behaviour.
 */
import { spawnSync } from 'node:child_process';

const env = { ...process.env, GUIDE: 'write' };
const { status } = spawnSync(process.execPath, ['tools/test.ts', 'spec/guide/*.test.ts'], { stdio: 'inherit', env });
process.exitCode = status ?? 1;
