import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { start } from './processes.js';
import type { Command } from './project.js';

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--window-size=1600,1200',
];

function onPath(...names: string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return names
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((file) => existsSync(file));
}

const find = () => ({
  chromium: onPath('chromium', 'chromium-browser', 'google-chrome', 'chrome'),
  driver: onPath('chromedriver'),
});

/** The browser and its driver; as root on Debian they are installed. */
function findBrowser(): { chromium: string; driver: string } {
  let { chromium, driver } = find();
  let tried = 'not root, or no apt-get, so it was not installed';
  if ((!chromium || !driver) && process.getuid?.() === 0 && onPath('apt-get')) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    spawnSync('apt-get', ['update', '-qq'], { env });
    const apt = ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'chromium-driver'];
    const { stderr } = spawnSync('apt-get', apt, { env, encoding: 'utf8' });
    tried = `apt-get install chromium chromium-driver: ${stderr}`;
    ({ chromium, driver } = find());
  }
  if (chromium && driver) return { chromium, driver };
  throw new Error(`this test needs ${chromium ? 'chromedriver' : 'Chromium'} on the PATH (${tried})`);
}

/** A headless browser, driven by WebDriver's plain HTTP. */
export class Browser {
  private constructor(
    private readonly driver: Command,
    private readonly session: string,
    private readonly profile: string,
  ) {}

  static async open(): Promise<Browser> {
    const { chromium, driver } = findBrowser();
    const profile = mkdtempSync(join(tmpdir(), 'mcpa-chromium-'));
    const process_ = start(driver, ['--port=0'], profile, process.env);
    const [, port] = await process_.output(/started successfully on port (\d+)/);
    const options = { binary: chromium, args: [...FLAGS, `--user-data-dir=${profile}`] };
    const root = `http://127.0.0.1:${port}/session`;
    const { sessionId } = (await call(root, 'POST', {
      capabilities: { alwaysMatch: { browserName: 'chrome', 'goog:chromeOptions': options } },
    })) as { sessionId: string };
    return new Browser(process_, `${root}/${sessionId}`, profile);
  }

  async goto(url: string): Promise<void> {
    await call(`${this.session}/url`, 'POST', { url });
  }

  /** What a person reads on the page. */
  async text(): Promise<string> {
    return (await this.run('return document.body ? document.body.innerText : ""')) as string;
  }

  async run(script: string, ...args: unknown[]): Promise<unknown> {
    return call(`${this.session}/execute/sync`, 'POST', { script, args });
  }

  async close(): Promise<void> {
    await call(this.session, 'DELETE').catch(() => undefined);
    await this.driver.stop('SIGTERM');
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function call(url: string, method: string, body?: unknown): Promise<unknown> {
  const response = await fetch(url, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const { value } = (await response.json()) as { value: unknown };
  if (!response.ok) throw new Error(`${method} ${url}: ${JSON.stringify(value)}`);
  return value;
}
