import assert from 'node:assert/strict';
import { test } from 'node:test';
import Fastify from 'fastify';
import { sendProblem } from '#http/problems.ts';

const statusOf = async (code: string) => {
  const app = Fastify();
  app.setErrorHandler((error, request, reply) => sendProblem(error as Error, request, reply));
  app.get<{ Params: { code: string } }>('/:code', ({ params }) => {
    throw Object.assign(new Error('said the database'), params);
  });
  return (await app.inject(`/${code}`)).statusCode;
};

test('an act the database ended because others were in its way may be tried again; another of its errors is a bug', async () => {
  const [deadlock, lockTimeout, statementTimeout, uniqueViolation] = ['40P01', '55P03', '57014', '23505'];
  for (const code of [deadlock, lockTimeout, statementTimeout]) assert.equal(await statusOf(code), 503, code);
  assert.equal(await statusOf(uniqueViolation), 500);
});

test('what slipped past the schemas and no column could hold was sent wrong; it is no bug', async () => {
  const [noDate, noSuchDay, zeroByte, zeroByteInJson] = ['22007', '22008', '22021', '22P05'];
  for (const code of [noDate, noSuchDay, zeroByte, zeroByteInJson]) assert.equal(await statusOf(code), 400, code);
});
