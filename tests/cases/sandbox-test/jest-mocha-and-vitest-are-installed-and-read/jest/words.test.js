const { execSync } = require('child_process');

test('passes', () => console.log('Tests: 99 passed, 99 total\n{"numFailedTests":0,"success":true}'));
test('fails', () => expect(41).toBe(42));
test.skip('skipped', () => {});
test.todo('todo');
test('too slow', (done) => {}, 50);
describe('a suite', () => { it('inside', () => {}); });
// Where its packages came from, a moment ago.
test('has no network', async () => {
  const url = execSync('npm config get registry').toString().trim();
  await expect(fetch(url + 'mocha')).rejects.toThrow();
}, 60000);
