// PostgreSQL of its own: a data folder, a free port, a user who is not root.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { finish, freePort, until } from './processes.mjs';

/** Debian keeps initdb and postgres out of the PATH. */
function folderOfPrograms() {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    process.env.PG_BIN,
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env.PATH ?? '').split(':'),
  ];
  const found = folders.find(
    (folder) =>
      folder && ['initdb', 'postgres', 'pg_isready'].every((name) => existsSync(join(folder, name))),
  );
  if (!found)
    throw new Error(
      'PostgreSQL was not found: install it (Debian: apt-get install postgresql), or set PG_BIN',
    );
  return found;
}

/** PostgreSQL refuses to run as root. */
function unprivileged() {
  if (process.getuid() !== 0) return {};
  const number = (flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: number('-u'), gid: number('-g') };
}

export async function startPostgres(processes, folder) {
  const bin = folderOfPrograms();
  const user = unprivileged();
  const home = join(folder, 'postgres');
  const password = randomBytes(12).toString('hex');
  mkdirSync(home, { mode: 0o700 });
  // The folders above must be passable for that user.
  chmodSync(folder, 0o711);
  writeFileSync(join(home, 'password'), password);
  if (user.uid !== undefined)
    for (const path of [home, join(home, 'password')]) chownSync(path, user.uid, user.gid);
  const data = join(home, 'data');
  const access = ['--auth-local=trust', '--auth-host=scram-sha-256', `--pwfile=${join(home, 'password')}`];
  await finish(join(bin, 'initdb'), ['-D', data, '-U', 'temporal', ...access], { ...user, cwd: home });
  const port = await freePort();
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: home,
    max_connections: 200,
  };
  processes.start(
    'postgres',
    join(bin, 'postgres'),
    ['-D', data, ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`])],
    // SIGINT is PostgreSQL's fast shutdown.
    { ...user, cwd: home, stop: 'SIGINT' },
  );
  await until('PostgreSQL answers', () =>
    finish(join(bin, 'pg_isready'), ['-h', '127.0.0.1', '-p', String(port)]),
  );
  const { stdout } = await finish(join(bin, 'postgres'), ['--version']);
  return { port, user: 'temporal', password, version: stdout.trim().replace('postgres (PostgreSQL) ', '') };
}
