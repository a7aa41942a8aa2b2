import { readFileSync } from 'node:fs';
import { type ClientHttp2Session, connect, type SecureClientSessionOptions } from 'node:http2';

export interface AnswersOptions {
  apiKey?: string;
  /** PEM text or file names. */
  tls?: boolean | { server_name?: string; server_ca?: string; client_cert?: string; client_key?: string };
  deadlineMs?: number;
}

const GET_SYSTEM_INFO = '/temporal.api.workflowservice.v1.WorkflowService/GetSystemInfo';
const UNIMPLEMENTED = '12';

/**
 * Does something that speaks Temporal answer there? One raw gRPC call with an empty message: the Temporal
 * client takes a third of a second to load, and this question is asked before anything needs it.
 */
export function answers(address: string, options: AnswersOptions = {}): Promise<boolean> {
  const secure = options.tls ? true : options.tls !== false && options.apiKey !== undefined;
  return new Promise((resolve) => {
    let session: ClientHttp2Session | undefined;
    const end = (answer: boolean) => {
      clearTimeout(timer);
      session?.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => end(false), options.deadlineMs ?? 2000);
    try {
      session = connect(`${secure ? 'https' : 'http'}://${address}`, secure ? tlsOptions(options.tls) : {});
    } catch {
      end(false);
      return;
    }
    session.on('error', () => end(false));
    session.on('close', () => end(false));
    const call = session.request({
      ':method': 'POST',
      ':path': GET_SYSTEM_INFO,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...(options.apiKey === undefined ? {} : { authorization: `Bearer ${options.apiKey}` }),
    });
    // A refused key is an answer too: what it means is the caller's next question.
    const judge = (status: unknown) => end(status !== undefined && status !== UNIMPLEMENTED);
    call.on('response', (headers) => {
      if (!String(headers['content-type'] ?? '').startsWith('application/grpc')) end(false);
      else if (headers['grpc-status'] !== undefined) judge(headers['grpc-status']);
    });
    call.on('trailers', (trailers) => judge(trailers['grpc-status']));
    call.on('error', () => end(false));
    call.resume();
    call.end(Buffer.alloc(5));
  });
}

function tlsOptions(tls: AnswersOptions['tls']): SecureClientSessionOptions {
  if (typeof tls !== 'object') return {};
  const pem = (value: string) => (value.includes('-----BEGIN') ? value : readFileSync(value));
  return {
    ...(tls.server_name === undefined ? {} : { servername: tls.server_name }),
    ...(tls.server_ca === undefined ? {} : { ca: pem(tls.server_ca) }),
    ...(tls.client_cert === undefined ? {} : { cert: pem(tls.client_cert) }),
    ...(tls.client_key === undefined ? {} : { key: pem(tls.client_key) }),
  };
}
