const assert = require('assert');

describe('words', () => {
  it('passes', () => console.log('{"stats":{"failures":0},"failures":[]}\n  99 passing'));
  it('fails', () => assert.strictEqual(41, 42));
  it.skip('skipped', () => {});
  it('pending');
  it('too slow', function (done) { this.timeout(50); });
});

describe('hooks', () => {
  before(() => { throw new Error('no database'); });
  it('never', () => {});
});
