import { describe, expect, it, test } from 'vitest';

test('passes', () => console.log('Tests  99 passed (99)'));
test('fails', () => expect(41).toBe(42));
test.skip('skipped', () => {});
test.todo('todo');
test('too slow', () => new Promise(() => {}), 50);
test.fails('fails as it should', () => expect(41).toBe(42));
describe('a suite', () => { it('inside', () => {}); });
