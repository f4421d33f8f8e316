import { describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { Refusal } from '../errors/refusal.js';
import { START_ORDER, StartSequence, type StartStep, type StartStepName } from './start-order.js';

const logger = pino({ level: 'silent' });

function recording(notes: string[], changes: Partial<Record<StartStepName, StartStep>> = {}) {
  const steps: Partial<Record<StartStepName, StartStep>> = {};
  for (const name of START_ORDER) {
    steps[name] = {
      async start() {
        await Promise.resolve();
        notes.push(`+${name}`);
        await changes[name]?.start();
      },
      async stop(isClean) {
        await Promise.resolve();
        notes.push(`-${name}${isClean ? '' : ' unclean'}`);
        await changes[name]?.stop?.(isClean);
      },
    };
  }
  return new StartSequence(steps, logger);
}

describe('start of a node', () => {
  it('runs every step in the order of the table, and stops in reverse', async () => {
    const notes: string[] = [];
    const sequence = recording(notes);
    await sequence.start();
    expect(await sequence.stop()).toBe(true);
    const reversed = [...START_ORDER].reverse();
    expect(notes).toEqual([...START_ORDER.map((name) => `+${name}`), ...reversed.map((name) => `-${name}`)]);
  });

  it('stops what was started when a step fails, and tells why', async () => {
    const notes: string[] = [];
    const fail = () => Promise.reject(new Refusal('SRL_CORRUPT'));
    const sequence = recording(notes, { volumes: { start: fail } });
    await expect(sequence.start()).rejects.toMatchObject({ code: 'SRL_CORRUPT' });
    expect(notes.slice(3)).toEqual(['-volumes', '-admin API', '-identity and lock']);
  });

  it('tells the steps below that one did not stop in order', async () => {
    const notes: string[] = [];
    const sequence = recording(notes, {
      volumes: { start: () => undefined, stop: () => Promise.reject(new Error('sync failed')) },
    });
    await sequence.start();
    expect(await sequence.stop()).toBe(false);
    expect(notes.slice(-3)).toEqual(['-volumes', '-admin API unclean', '-identity and lock unclean']);
  });

  it('can be stopped while it starts: the step under way ends, the next is not begun', async () => {
    const notes: string[] = [];
    let stopped: Promise<boolean> | undefined;
    const sequence = recording(notes, {
      'admin API': {
        start: () => {
          stopped = sequence.stop();
        },
      },
    });
    await expect(sequence.start()).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
    expect(await stopped).toBe(true);
    expect(notes).toEqual(['+identity and lock', '+admin API', '-admin API', '-identity and lock']);
  });
});
