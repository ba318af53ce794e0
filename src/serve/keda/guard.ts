import { constants, type ServerHttp2Stream } from 'node:http2';
import { Metadata, ServerInterceptingCall, status, type ServerInterceptor } from '@grpc/grpc-js';
import type { Logger } from '../../core/logger.js';
import { GrpcError, sendableDetails } from './grpc-error.js';

export interface GuardProps {
  /** Streams and calls open at the same time, over all connections. */
  readonly maxOpenCalls: number;
  /** A request must have arrived, and a call with a single answer must be over, after this long. */
  readonly requestTimeoutMs: number;
  /** Called with the path of the method before anything of the request is read. @throws {GrpcError} to refuse */
  readonly authorise?: (path: string, metadata: Metadata) => void;
  readonly logger: Logger;
}

type Status = Parameters<ServerInterceptingCall['sendStatus']>[0];

/**
 * Stands before every method: bounds how many calls are open and how long a client may take, asks for authorisation
 * before it accepts a message, answers for messages that could not be decoded, and logs each call with its outcome. A
 * client that hangs or disconnects leaves nothing behind.
 */
export function guard({ maxOpenCalls, requestTimeoutMs, authorise, logger }: GuardProps): ServerInterceptor {
  let open = 0;
  return ({ path, requestStream, responseStream }, call) => {
    const startedMs = performance.now();
    const isPush = responseStream && !requestStream;
    let timer: NodeJS.Timeout | undefined;
    let counted = false;
    let complete = false;

    const finish = (outcome: Status): Status => {
      const details = sendableDetails(outcome.details);
      log(logger, path, outcome.code, details, performance.now() - startedMs);
      return { ...outcome, details };
    };
    const refuse = ({ code, details }: GrpcError): void => {
      call.sendStatus(finish({ code, details, metadata: new Metadata() }));
    };
    const admit = (metadata: Metadata): void => {
      if (open >= maxOpenCalls) {
        throw new GrpcError(status.RESOURCE_EXHAUSTED, `${open} calls are open, which is the most at once`);
      }
      authorise?.(path, metadata);
    };

    return new ServerInterceptingCall(call, {
      start: (next) => {
        next({
          onReceiveMetadata: (metadata, accept) => {
            try {
              admit(metadata);
            } catch (error) {
              refuse(error as GrpcError);
              return;
            }
            open++;
            counted = true;
            timer = setTimeout(() => {
              refuse(new GrpcError(status.DEADLINE_EXCEEDED, `not over after ${requestTimeoutMs} ms`));
            }, requestTimeoutMs);
            accept(metadata);
          },
          onReceiveMessage: (message: unknown, accept) => {
            if (message instanceof GrpcError) refuse(message);
            else accept(message);
          },
          onReceiveHalfClose: (accept) => {
            complete = true;
            if (isPush) clearTimeout(timer);
            accept();
          },
          // However a call ends, this comes last.
          onCancel: () => {
            clearTimeout(timer);
            if (counted) open--;
            counted = false;
            if (!complete) stopReading(call);
          },
        });
      },
      sendStatus: (outcome, next) => {
        next(finish(outcome));
      },
    });
  };
}

/**
 * Tells a client that is not through with its request that the rest is not wanted, as gRPC asks of servers; grpc-js leaves
 * such a stream open for as long as the client likes, and has no public way to close it.
 */
function stopReading(call: object): void {
  const { stream } = call as { stream?: ServerHttp2Stream };
  // Once the answer is on its way.
  setImmediate(() => {
    stream?.close(constants.NGHTTP2_NO_ERROR);
  });
}

/** KEDA asks every few seconds: what succeeds is worth a line only to someone who looks for it. */
function log(logger: Logger, path: string, code: status, details: string, ms: number): void {
  const entry = { path, status: status[code], ms: Math.round(ms * 1_000) / 1_000 };
  if (code === status.OK) logger.debug(entry, 'call');
  else logger.info(entry, `call failed: ${details}`);
}
