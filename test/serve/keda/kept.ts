import type { Logger } from '../../../src/core/logger.js';
import type { GrpcMetrics } from '../../../src/serve/self/grpc-metrics.js';

/** Counts what the servers tell. */
export class KeptMetrics implements GrpcMetrics {
  /** `method code`, in the order in which the calls ended. */
  readonly calls: string[] = [];
  readonly seconds: number[] = [];
  started = 0;
  evicted = 0;

  observeGrpcCall({ method, code, seconds }: { method: string; code: string; seconds: number }): void {
    this.calls.push(`${method} ${code}`);
    this.seconds.push(seconds);
  }

  countGrpcCallStarted(): void {
    this.started++;
  }

  countGrpcConnectionEvicted(): void {
    this.evicted++;
  }
}

export interface LogEntry {
  readonly level: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Keeps every line with its details. */
export class KeptEntries implements Logger {
  readonly entries: LogEntry[] = [];
  debug = this.#at('debug');
  info = this.#at('info');
  warn = this.#at('warn');
  error = this.#at('error');

  #at(level: string): (details: object, message: string) => void {
    return (details, message) => void this.entries.push({ level, message, details: { ...details } });
  }
}
