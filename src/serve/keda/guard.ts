import { randomUUID } from 'node:crypto';
import { Metadata, ServerInterceptingCall, status, type ServerInterceptor, type ServerListener } from '@grpc/grpc-js';
import type { Logger } from '../../core/logger.js';
import type { GrpcMetrics } from '../self/grpc-metrics.js';
import { recordCall, type Caller } from './call-record.js';
import type { Connection, Connections } from './connections.js';
import { GrpcError, sendableDetails } from './grpc-error.js';
import { interceptStatus, type Answering, type InterceptedCall, type Status } from './intercept-status.js';
import type { OpenCalls } from './open-calls.js';
import { stopReading } from './stop-reading.js';
import type { Turns } from './turns.js';

export interface GuardProps {
  readonly connections: Pick<Connections, 'use'>;
  readonly openCalls: OpenCalls;
  /** Requests that are received at the same time; others wait for their turn. Absent: all of them. */
  readonly uploads?: Turns;
  /** A request must have arrived, and a call with a single answer must be over, after this long. */
  readonly requestTimeoutMs: number;
  /** Called with the path of the method before anything of the request is read. @throws {GrpcError} to refuse */
  readonly authorise?: (path: string, metadata: Metadata) => Caller;
  /** Which workload a decoded request is about. */
  readonly workloadOf: (path: string, request: unknown) => string | undefined;
  readonly logger: Logger;
  readonly metrics: GrpcMetrics;
}

/** As Kubernetes names it. Taken from the client where it has one, so that its log and ours can be read together. */
const AUDIT_ID_HEADER = 'audit-id';
const AUDIT_ID_SHAPE = /^[\w-]{1,64}$/;

/**
 * Stands before every method: bounds how many calls are open and how long a client may take, asks for authorisation
 * before it accepts a message, answers for messages that could not be decoded, and records each call with its outcome. A
 * client that hangs or disconnects leaves nothing behind.
 */
export function guard(props: GuardProps): ServerInterceptor {
  return ({ path, requestStream, responseStream }, call) => {
    const guarded = new GuardedCall(props, path, responseStream && !requestStream, call);
    return new ServerInterceptingCall(call, {
      start: (next) => {
        next(guarded.listener);
      },
    });
  };
}

class GuardedCall implements Answering {
  readonly #startedMs = performance.now();
  readonly #method: string;
  readonly #peer: string;
  readonly #connection: Connection | undefined;
  #auditId: string = randomUUID();
  #caller: Caller = {};
  #timer: NodeJS.Timeout | undefined;
  #isReceiving = false;
  #isAdmitted = false;
  #isComplete = false;
  #isOver = false;

  constructor(
    private readonly props: GuardProps,
    private readonly path: string,
    private readonly isPush: boolean,
    private readonly call: InterceptedCall,
  ) {
    this.#method = path.slice(1);
    this.#peer = call.getPeer();
    this.#connection = props.connections.use(this.#peer);
    interceptStatus(call, this);
    props.metrics.countGrpcCallStarted(this.#method);
  }

  get listener(): ServerListener {
    return {
      onReceiveMetadata: (metadata, accept) => {
        try {
          this.#admit(metadata);
        } catch (error) {
          this.#refuse(error as GrpcError);
          return;
        }
        this.#receive(() => {
          accept(metadata);
        });
      },
      onReceiveMessage: (message: unknown, accept) => {
        this.#received();
        if (message instanceof GrpcError) {
          this.#refuse(message);
          return;
        }
        const workload = this.props.workloadOf(this.path, message);
        if (workload !== undefined) this.#caller = { ...this.#caller, workload };
        accept(message);
      },
      onReceiveHalfClose: (accept) => {
        this.#isComplete = true;
        if (this.isPush) clearTimeout(this.#timer);
        accept();
      },
      // However a call ends, this comes last.
      onCancel: () => {
        this.#finish();
      },
    };
  }

  /** Records how the call ends; the client is told the audit id as well. */
  answer(outcome: Status): Status {
    const { code } = outcome;
    const details = sendableDetails(outcome.details);
    const metadata = outcome.metadata ?? new Metadata();
    metadata.set(AUDIT_ID_HEADER, this.#auditId);
    this.#record(code, details);
    return { code, details, metadata };
  }

  #admit(metadata: Metadata): void {
    const { openCalls, authorise, requestTimeoutMs } = this.props;
    const [given] = metadata.get(AUDIT_ID_HEADER).map(String);
    if (given !== undefined && AUDIT_ID_SHAPE.test(given)) this.#auditId = given;
    const connection = this.#connection;
    if (connection === undefined) throw new GrpcError(status.UNAVAILABLE, 'the connection is closed');
    this.#caller = { ...certified(connection, this.call), ...authorise?.(this.path, metadata) };
    openCalls.enter(connection);
    this.#isAdmitted = true;
    this.#timer = setTimeout(() => {
      this.#refuse(new GrpcError(status.DEADLINE_EXCEEDED, `not over after ${requestTimeoutMs} ms`));
    }, requestTimeoutMs);
  }

  /** Nothing of a request is read before it is accepted: what waits costs no more than HTTP/2's flow control lets through. */
  #receive(accept: () => void): void {
    const { uploads } = this.props;
    if (uploads === undefined) {
      accept();
      return;
    }
    uploads.begin(this.#uploader, () => {
      this.#isReceiving = true;
      if (this.#isOver) this.#received();
      else accept();
    });
  }

  /** Whoever has shown neither key nor certificate, as to the health service, counts as one caller. */
  get #uploader(): string {
    return this.#caller.user ?? '';
  }

  #received(): void {
    if (this.#isReceiving) this.props.uploads?.end(this.#uploader);
    this.#isReceiving = false;
  }

  #refuse({ code, details }: GrpcError): void {
    this.call.sendStatus({ code, details });
  }

  #record(code: status, details: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { logger, metrics } = this.props;
    const ms = performance.now() - this.#startedMs;
    const auditId = this.#auditId;
    recordCall(logger, metrics, {
      auditId,
      method: this.#method,
      peer: this.#peer,
      ...this.#caller,
      code,
      details,
      ms,
    });
  }

  #finish(): void {
    this.#record(status.CANCELLED, 'the client has left');
    clearTimeout(this.#timer);
    this.#received();
    if (this.#isAdmitted) this.props.openCalls.leave(this.#connection!);
    this.#isAdmitted = false;
    if (!this.#isComplete) stopReading(this.call);
  }
}

/** The name in the certificate that the client has shown; looked at once per connection, as that takes long. */
function certified(connection: Connection, call: InterceptedCall): Caller {
  if (connection.subject === undefined) {
    const subject = call.getAuthContext().sslPeerCertificate?.subject;
    connection.subject = subject === undefined ? null : String(subject.CN);
  }
  return connection.subject === null ? {} : { user: connection.subject };
}
