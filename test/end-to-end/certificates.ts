import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Makes certificates in a folder; openssl is on every machine that the suite runs on. */
export class Certificates {
  constructor(private readonly dir: string) {}

  /** An authority `name`.pem with `name`.key. */
  authority(name: string): string {
    const [pem, key] = [this.file(`${name}.pem`), this.file(`${name}.key`)];
    this.openssl(
      'req',
      '-x509',
      ...NEW_KEY,
      '-keyout',
      key,
      '-out',
      pem,
      '-days',
      '2',
      '-subj',
      `/CN=${name}`,
    );
    return pem;
  }

  /** `name`.pem with `name`.key, signed by an authority, for one host. */
  issue(name: string, authority: string, host: string): { cert: string; key: string } {
    const [pem, key, request] = [
      this.file(`${name}.pem`),
      this.file(`${name}.key`),
      this.file(`${name}.csr`),
    ];
    const extensions = this.file(`${name}.ext`);
    writeFileSync(extensions, `subjectAltName=DNS:${host}\n`);
    this.openssl('req', ...NEW_KEY, '-keyout', key, '-out', request, '-subj', `/CN=${host}`);
    const [ca, caKey] = [this.file(`${authority}.pem`), this.file(`${authority}.key`)];
    this.openssl(
      'x509',
      '-req',
      '-in',
      request,
      '-CA',
      ca,
      '-CAkey',
      caKey,
      '-CAcreateserial',
      '-days',
      '2',
      '-out',
      pem,
      '-extfile',
      extensions,
    );
    return { cert: pem, key };
  }

  read(path: string): string {
    return readFileSync(path, 'utf8');
  }

  private file(name: string): string {
    return join(this.dir, name);
  }

  private openssl(...args: string[]): void {
    execFileSync('openssl', args, { stdio: 'pipe' });
  }
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
