import {
  parseRequestHeaderConfig,
  type RequestHeaderConfig,
  type RequestHeaderConfigSource,
} from './request-header-config.js';

/**
 * Keeps the last configuration that could be used. What is malformed or missing later on changes nothing but the
 * {@link problem}: a typing error in the cluster must not end the service.
 */
export class RequestHeaderKeeper implements RequestHeaderConfigSource {
  #current: RequestHeaderConfig | null = null;
  #problem: string | null = 'it has not been read yet';
  readonly #listeners: (() => void)[] = [];

  current(): RequestHeaderConfig | null {
    return this.#current;
  }

  problem(): string | null {
    return this.#problem;
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Takes over the data of the ConfigMap: all of it or nothing. @returns whether it could be used */
  update(data: Readonly<Record<string, string>>): boolean {
    let next: RequestHeaderConfig;
    try {
      next = parseRequestHeaderConfig(data);
    } catch (error) {
      this.fail((error as Error).message);
      return false;
    }
    this.#problem = null;
    if (JSON.stringify(next) === JSON.stringify(this.#current)) return true;
    this.#current = next;
    for (const listener of this.#listeners) listener();
    return true;
  }

  /** It could not be read. */
  fail(problem: string): void {
    this.#problem = problem;
  }
}
