/** Waiting until a process that was just started can be used. */
import https from 'node:https';
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ManagedProcess, ProcessEnd } from './managed-process.js';

const POLL_MS = 50;
const REQUEST_TIMEOUT_MS = 2_000;

/** It ended, or took too long, before it was ready. */
export class NotReady extends Error {
  constructor(
    readonly process: ManagedProcess,
    /** Null when it still runs. */
    readonly end: ProcessEnd | null,
  ) {
    super(`${process.name} ${end === null ? 'is not ready in time' : describeEnd(end)}`);
  }
}

export function describeEnd({ code, signal }: ProcessEnd): string {
  return signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
}

/**
 * Asks again and again until `probe` gives something.
 * @throws NotReady when the process ends or the time is over
 */
export async function waitReady<T>(
  process: ManagedProcess,
  probe: () => Promise<T | null> | T | null,
  timeoutMs = 60_000,
): Promise<T> {
  let end: ProcessEnd | null = null;
  void process.ended.then((how) => (end = how));
  for (const until = Date.now() + timeoutMs; ;) {
    const found = await probe();
    if (found !== null) return found;
    if (end !== null || Date.now() > until) throw new NotReady(process, end);
    await sleep(POLL_MS);
  }
}

/** True once the URL answers 200, else null. Only asks whether somebody is there, so any certificate will do. */
export function answers(url: string): Promise<true | null> {
  return new Promise((resolve) => {
    const options = { rejectUnauthorized: false, timeout: REQUEST_TIMEOUT_MS };
    const request = (url.startsWith('https:') ? https : http).get(url, options, (response) => {
      response.resume();
      resolve(response.statusCode === 200 ? true : null);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(null));
  });
}
