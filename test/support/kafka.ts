import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pair, TestAuthority } from './pki.js';
import { type RunningProgram, freePort, isDispensable, runProgram, startProgram, temporaryFolder } from './programs.js';

/** Kafka itself comes from Maven Central, into Maven's own cache. `.ci/run` says where it cannot be fetched. */
export const KAFKA_PROGRAMS = isDispensable('kafka') ? ['kafka'] : ['java', 'mvn'];

/** A class path rather than a distribution: Maven Central has no other form of the server. */
const POM = `\
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>tidecast</groupId>
  <artifactId>kafka-for-tests</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>3.9.0</version>
    </dependency>
    <dependency>
      <groupId>org.slf4j</groupId>
      <artifactId>slf4j-reload4j</artifactId>
      <version>1.7.36</version>
    </dependency>
  </dependencies>
</project>
`;

const LOGGING = `\
log4j.rootLogger=INFO, stdout
log4j.appender.stdout=org.apache.log4j.ConsoleAppender
log4j.appender.stdout.layout=org.apache.log4j.PatternLayout
log4j.appender.stdout.layout.ConversionPattern=%p %c %m%n
`;

/** Small and quick to start: tests share the cores. */
const JVM = ['-Xmx256m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];
/** Connections that authenticate by tokens have to do so anew within this time; clients do so ten seconds before. */
const REAUTHENTICATION_MS = 11_500;
const CLUSTER_ID = 'MkU3OEVBNTcwNTJENDM2Qg';

export interface KafkaOptions {
  /** Knows the same password by PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512; by OAUTHBEARER, whoever has an unsecured token for `lag`. */
  readonly username: string;
  readonly password: string;
  /** Of the encrypted listener; clients need a certificate of the authority. */
  readonly tls: { readonly authority: TestAuthority; readonly server: Pair };
}

interface Ports {
  /** Lets everybody do everything. */
  readonly plainPort: number;
  readonly saslPort: number;
  readonly tlsPort: number;
  readonly controllerPort: number;
}

export interface RunningKafka extends Ports {
  output(): string;
  /** Changes what SCRAM-SHA-256 takes for the user's password. */
  setPassword(password: string): Promise<void>;
  /** SIGKILL; what was acknowledged stays, for {@link restart}. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

/**
 * Starts a real Kafka broker that is its own controller (KRaft), on free ports of 127.0.0.1, and waits until it is ready. It
 * creates topics that clients ask for, as most brokers do.
 */
export async function startKafka(options: KafkaOptions): Promise<RunningKafka> {
  const folder = await temporaryFolder();
  const ports: Ports = {
    plainPort: await freePort(),
    saslPort: await freePort(),
    tlsPort: await freePort(),
    controllerPort: await freePort(),
  };
  try {
    const java = await prepare(folder.path, options, ports);
    const launch = (): Promise<RunningProgram> =>
      startProgram('java', [...java, 'kafka.Kafka', 'server.properties'], {
        cwd: folder.path,
        ready: /Kafka Server started/,
        readyTimeoutMs: 110_000,
      });
    let server = await launch();
    return {
      ...ports,
      output: () => server.output(),
      setPassword: async (password) => {
        const program = await startProgram('java', [...java, ...scramArguments(ports, options.username, password)]);
        if ((await program.exited()) !== 0) throw new Error(program.output());
      },
      kill: () => server.kill(),
      restart: async () => {
        server = await launch();
      },
      stop: async () => {
        await server.kill();
        await folder.remove();
      },
    };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

/** Fetches the server, configures it and formats its storage. @returns the arguments of `java` before the main class */
async function prepare(folder: string, options: KafkaOptions, ports: Ports): Promise<string[]> {
  await writeFile(join(folder, 'pom.xml'), POM);
  await writeFile(join(folder, 'log4j.properties'), LOGGING);
  await writeFile(join(folder, 'server.properties'), properties(folder, options, ports));
  await mkdir(join(folder, 'data'));
  runProgram('mvn', ['-q', '-B', 'dependency:build-classpath', '-Dmdep.outputFile=classpath'], folder);
  const classPath = (await readFile(join(folder, 'classpath'), 'utf8')).trim();
  const java = [...JVM, `-Dlog4j.configuration=file:${join(folder, 'log4j.properties')}`, '-cp', classPath];
  const { username, password } = options;
  const users = ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
    '--add-scram',
    `${mechanism}=[name=${username},password=${password}]`,
  ]);
  const format = ['kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', 'server.properties'];
  runProgram('java', [...java, ...format, ...users], folder);
  return java;
}

function scramArguments({ plainPort }: Ports, username: string, password: string): string[] {
  return [
    'kafka.admin.ConfigCommand',
    ...['--bootstrap-server', `127.0.0.1:${plainPort}`, '--alter', '--entity-type', 'users'],
    ...['--entity-name', username, '--add-config', `SCRAM-SHA-256=[password=${password}]`],
  ];
}

function properties(folder: string, { username, password, tls }: KafkaOptions, ports: Ports): string {
  const { plainPort, saslPort, tlsPort, controllerPort } = ports;
  const listeners = [`PLAIN://127.0.0.1:${plainPort}`, `SASL://127.0.0.1:${saslPort}`, `TLS://127.0.0.1:${tlsPort}`];
  const module = 'org.apache.kafka.common.security';
  const pem = (text: string): string => text.trim().replace(/\r?\n/g, '\\n');
  const lines = [
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.voters=1@127.0.0.1:${controllerPort}`,
    'controller.listener.names=CONTROLLER',
    `listeners=${[...listeners, `CONTROLLER://127.0.0.1:${controllerPort}`].join(',')}`,
    `advertised.listeners=${listeners.join(',')}`,
    'listener.security.protocol.map=PLAIN:PLAINTEXT,SASL:SASL_PLAINTEXT,TLS:SSL,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name=PLAIN',
    `log.dirs=${join(folder, 'data')}`,
    'listener.name.sasl.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
    `listener.name.sasl.plain.sasl.jaas.config=${module}.plain.PlainLoginModule required user_${username}="${password}";`,
    ...['scram-sha-256', 'scram-sha-512'].map(
      (mechanism) => `listener.name.sasl.${mechanism}.sasl.jaas.config=${module}.scram.ScramLoginModule required;`,
    ),
    // Takes unsecured tokens, and needs one of its own for that.
    `listener.name.sasl.oauthbearer.sasl.jaas.config=${module}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker" unsecuredValidatorRequiredScope="lag";`,
    `listener.name.sasl.oauthbearer.connections.max.reauth.ms=${REAUTHENTICATION_MS}`,
    'listener.name.tls.ssl.keystore.type=PEM',
    `listener.name.tls.ssl.keystore.certificate.chain=${pem(tls.server.cert)}`,
    `listener.name.tls.ssl.keystore.key=${pem(tls.server.key)}`,
    'listener.name.tls.ssl.truststore.type=PEM',
    `listener.name.tls.ssl.truststore.certificates=${pem(tls.authority.cert)}`,
    'listener.name.tls.ssl.client.auth=required',
    'auto.create.topics.enable=true',
    'num.partitions=1',
    'offsets.topic.num.partitions=1',
    'offsets.topic.replication.factor=1',
    'transaction.state.log.num.partitions=1',
    'transaction.state.log.replication.factor=1',
    'transaction.state.log.min.isr=1',
    'group.initial.rebalance.delay.ms=0',
  ];
  return `${lines.join('\n')}\n`;
}
