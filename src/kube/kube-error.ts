import { isAxiosError, type AxiosRequestConfig } from 'axios';
import { KubernetesError } from '../core/errors.js';

/** What went wrong, in words and without a cause: axios' errors carry the request with its credentials. */
export function kubeError({ method = 'GET', url = '' }: AxiosRequestConfig, error: unknown): KubernetesError {
  const asked = `${method} ${url.replace(/\?.*$/s, '')}`;
  if (isAxiosError<unknown>(error) && error.response !== undefined) {
    const { status, data } = error.response;
    return new KubernetesError(`${asked}: kube-apiserver answered ${status}${said(data)}`, status);
  }
  return new KubernetesError(`${asked}: kube-apiserver did not answer: ${(error as Error).message}`, undefined);
}

/** The message of a Kubernetes `Status`. */
function said(body: unknown): string {
  const message = (body as { readonly message?: unknown } | null)?.message;
  return typeof message === 'string' ? `: ${message.slice(0, 300)}` : '';
}
