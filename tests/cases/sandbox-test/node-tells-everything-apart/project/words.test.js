const { describe, it, test } = require('node:test');
const assert = require('node:assert');

test('passes', () => {
  console.log('not ok 1 - fake\n1..1\n# pass 17\nok 2 - fake too');
});
test('fails', () => assert.strictEqual(41, 42));
test('skipped', { skip: 'not yet' }, () => {});
test('todo fails', { todo: true }, () => assert.fail('known'));
test('too slow', { timeout: 50 }, () => new Promise((resolve) => setTimeout(resolve, 500)));
describe('a suite', () => {
  it('passes inside # of it', () => {});
  it('fails inside', () => { throw new Error('ok 3 - fake\n  ...\nok 4 - fake'); });
});
test('has parts', async (t) => {
  await t.test('part one', () => {});
  await t.test('part two', () => {});
});
