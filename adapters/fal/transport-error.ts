// The facts of a failed fetch: the code of the error, and whether the request can have left this machine. Only the code
// is passed on, because the messages of fetch can quote a header, and our key is in one.

interface TransportError {
  code: string;
  /** False: no byte of the request was sent. */
  maybeSent: boolean;
}

/** Errors of finding, reaching or trusting the host: they happen before the first byte of a request. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

interface ErrorLike {
  code?: unknown;
  name?: unknown;
  syscall?: unknown;
  errors?: unknown;
  cause?: unknown;
}

/** Reads the chain of causes. With an unknown cause the request may have been sent. */
export function transportError(error: unknown): TransportError {
  const seen = new Set<unknown>();
  let name = 'unknown error';
  for (let link = error; isErrorLike(link) && !seen.has(link); link = link.cause) {
    seen.add(link);
    // fetch wraps the socket's error: the innermost code is the useful one.
    if (typeof link.name === 'string') name = link.name;
    if (typeof link.code === 'string') {
      return { code: link.code, maybeSent: !NEVER_SENT.has(link.code) && !isWhileConnecting(link) };
    }
  }
  return { code: name, maybeSent: true };
}

/** A host with several addresses fails with one error for each of them. */
function isWhileConnecting({ syscall, errors }: ErrorLike): boolean {
  if (Array.isArray(errors)) {
    return errors.length > 0 && errors.every((error) => isErrorLike(error) && error.syscall === 'connect');
  }
  return syscall === 'connect';
}

function isErrorLike(value: unknown): value is ErrorLike {
  return typeof value === 'object' && value !== null;
}
