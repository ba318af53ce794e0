/** libpq's modes, from no encryption to the strictest. */
export const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;

export type SslMode = (typeof SSL_MODES)[number];

/** How one user reaches one database. */
export interface PostgresqlSettings {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Empty: none. */
  readonly password: string;
  readonly database: string;
  readonly sslMode: SslMode;
  /** Arguments of the server for this session, such as `-c search_path=shop`; empty: none. */
  readonly options: string;
}
