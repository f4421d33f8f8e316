/**
 * The console as a person uses it, in a real browser over a whole installation. With EVENKEEL_SCREENSHOTS=docs/images it also takes
 * the pictures that docs/console.md shows.
 */
import path from 'node:path';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import { startInstallation, type RunningInstallation } from '../support/installation.js';
import { hasTool, itWithTools } from '../support/tools.js';

const CHROMIUM = '/usr/bin/chromium';
/** A browser, a database and two nodes on a busy machine. */
const TIMEOUT_MS = 180_000;
const ACTION_TIMEOUT_MS = 90_000;
const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

const itInBrowser = (name: string, run: () => Promise<void>): void => itWithTools([CHROMIUM], name, run, TIMEOUT_MS);

describe('the console', () => {
  let running: RunningInstallation;
  let browser: Browser;
  let page: Page;
  /** What the browser complained about, and whom else it asked. */
  let complaints: string[];
  let strangers: string[];

  beforeAll(async () => {
    if (!hasTool(CHROMIUM)) return;
    [running, browser] = await Promise.all([
      startInstallation(),
      chromium.launch({ executablePath: CHROMIUM, args: FLAGS }),
    ]);
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(ACTION_TIMEOUT_MS);
    complaints = [];
    strangers = [];
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (message) => {
      // A refused call is logged by the browser itself.
      if (message.type() === 'error' && !message.text().includes('status of 401')) complaints.push(message.text());
    });
    page.on('request', (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol !== 'data:' && origin !== running.access.url) strangers.push(request.url());
    });
  }, TIMEOUT_MS);
  afterAll(async () => {
    await browser?.close();
    await running?.stop();
  });

  async function takePicture(name: string, top?: Locator): Promise<void> {
    const folder = process.env['EVENKEEL_SCREENSHOTS'];
    if (!folder) return;
    await top?.evaluate((element: { scrollIntoView(options: object): void }) =>
      element.scrollIntoView({ block: 'start', behavior: 'instant' }),
    );
    await page.screenshot({ path: path.join(folder, `console-${name}.png`) });
  }

  const bar = (): Locator => page.locator('.login-bar');
  async function logIn(password: string): Promise<void> {
    await bar().getByLabel('Password').fill(password);
    await bar().getByRole('button', { name: 'Log in' }).click();
  }

  /** Opens a call by its address, as a bookmark does. */
  async function open(tag: string, operation: string): Promise<Locator> {
    await page.goto('about:blank');
    await page.goto(`${running.access.url}/docs/#/${tag}/${operation}`);
    const call = page.locator(`#operations-${tag}-${operation}`);
    await call.getByRole('button', { name: 'Execute' }).waitFor();
    return call;
  }

  const answer = (call: Locator): Locator => call.locator('.live-responses-table tbody .highlight-code').first();

  /** Sends the call as it stands there. */
  async function execute(call: Locator): Promise<string> {
    const answered = page.waitForResponse((response) => response.url().includes('/api/v1/'));
    await call.getByRole('button', { name: 'Execute' }).click();
    const text = await (await answered).text();
    await answer(call).waitFor();
    return text;
  }

  const fillBody = (call: Locator, body: object): Promise<void> =>
    call.locator('.body-param textarea').fill(JSON.stringify(body, null, 2));

  itInBrowser('says what is wrong with a login, keeps one over a reload, and ends it', async () => {
    await page.goto(`${running.access.url}/docs/`);
    await bar().waitFor();
    await takePicture('start');
    await logIn('not this one');
    await bar().getByText('User name or password is wrong').waitFor();
    await logIn(running.access.password);
    await bar().getByText('Logged in as admin').waitFor();
    await page.reload();
    await bar().getByText('Logged in as admin').waitFor();

    const list = await open('volume', 'listVolumes');
    expect(JSON.parse(await execute(list))).toMatchObject({ volume_list: [] });
    await bar().getByRole('button', { name: 'Log out' }).click();
    await bar().getByRole('button', { name: 'Log in' }).waitFor();
    expect(JSON.parse(await execute(list))).toMatchObject({ internal_code: 'NOT_AUTHENTICATED' });
  });

  itInBrowser('uses the token of a login that was tried out among the calls', async () => {
    const login = await open('session', 'openSession');
    await fillBody(login, { username: 'admin', password: running.access.password });
    await execute(login);
    await bar().getByText('A token is in use until').waitFor();
  });

  itInBrowser('makes a volume and its mirror, and shows how it becomes Equivalent', async () => {
    const create = await open('volume', 'createVolume');
    await fillBody(create, { name: 'db', capacity: 64, node_id: 1 });
    await takePicture('create', create);
    expect(JSON.parse(await execute(create))).toMatchObject({ status: 'Success' });

    const mirror = await open('copysession', 'createRecCopySession');
    await fillBody(mirror, { source_volume_id: 1, destination: { node_id: 2 }, transfer_mode: 'Synchronous' });
    expect(JSON.parse(await execute(mirror))).toMatchObject({ status: 'Success' });

    const watch = await open('copysession', 'getCopySession');
    while (!(await execute(watch)).includes('"phase":"Equivalent"')) await page.waitForTimeout(200);
    expect(await answer(watch).textContent()).toContain('Equivalent');
    await takePicture('watch', watch.getByText('Server response', { exact: true }));

    const list = await open('volume', 'listVolumes');
    expect(JSON.parse(await execute(list))).toMatchObject({ total_count: 2 });
  });

  itInBrowser('loads nothing from elsewhere, and does nothing that its security policy forbids', async () => {
    expect({ complaints, strangers }).toEqual({ complaints: [], strangers: [] });
  });
});
