export const ACCEPTED_HOST = 'amqp(s)://user:password@host:5672/vhost or http(s)://user:password@host:15672/vhost';

/** The parts of a trigger's `host`. */
export interface RabbitmqHost {
  readonly protocol: 'amqp' | 'http';
  readonly encrypted: boolean;
  readonly hostname: string;
  /** undefined: that of the scheme. */
  readonly port: number | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** Of the management API: what stands before the virtual host, without a trailing slash. */
  readonly pathPrefix: string;
  readonly vhost: string;
}

/** The default virtual host. */
const ROOT_VHOST = '/';

/** @returns undefined for a text that is no URL of RabbitMQ */
export function parseHost(text: string): RabbitmqHost | undefined {
  const [, scheme] = /^(amqps?|https?):\/\/[^/]/i.exec(text) ?? [];
  if (scheme === undefined || !URL.canParse(text)) return undefined;
  // Only special schemes are normalised by the URL parser, so that a host is looked for in the same way in all.
  const { hostname, port, username, password, pathname } = new URL(text);
  if (hostname === '') return undefined;
  const protocol = /^amqp/i.test(scheme) ? 'amqp' : 'http';
  const segments = pathname.split('/').slice(1);
  const vhost = decode(protocol === 'amqp' ? segments.join('/') : (segments.at(-1) ?? ''));
  const prefix = protocol === 'amqp' ? [] : segments.slice(0, -1);
  return {
    protocol,
    encrypted: /s$/i.test(scheme),
    hostname,
    port: port === '' ? undefined : Number(port),
    username: username === '' ? undefined : decode(username),
    password: password === '' ? undefined : decode(password),
    pathPrefix: prefix
      .filter((segment) => segment !== '')
      .map((segment) => `/${segment}`)
      .join(''),
    vhost: vhost === '' ? ROOT_VHOST : vhost,
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
