/* Several servers over one PostgreSQL behind a real HAProxy, set up by deploy/haproxy.cfg. */
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { spawn, spawnSync } = require('node:child_process');
const { forget, remember } = require('../started.js');
const { ROOT, Server, Site, freePort, until } = require('./harness.js');
const { Postgres } = require('./records.js');

const KEYS = ['session.key', 'audit.key', 'token.key'];
/* Debian keeps it out of a user's PATH. */
const HAPROXY = ['/usr/sbin/haproxy', '/usr/local/sbin/haproxy', '/usr/bin/haproxy'].find((file) => fs.existsSync(file));
/* For the options of a test: why it is not run, or false. */
const NO_HAPROXY = HAPROXY ? false : 'haproxy is not installed: script/setup test';

/* The shipped configuration with our addresses: as whoever runs the tests, without TLS, with few descriptors. */
function configOf(port, servers) {
	const lines = fs.readFileSync(path.join(ROOT, 'deploy/haproxy.cfg'), 'utf8').split('\n');
	const drop = (line) => /^\s+(user|group) /.test(line) || /^\s+server (?!one )/.test(line);
	const changed = lines.filter((line) => !drop(line)).map((line) => line
		.replace(/^(\s+maxconn) .*/, '$1 2000')
		.replace(/^(\s+bind) .*/, `$1 127.0.0.1:${port}`)
		.replace(/^(\s+)server one .*/, (_, indent) => servers.map((server, i) => `${indent}server s${i} 127.0.0.1:${server.port}`).join('\n')));
	assert.equal(changed.filter((line) => line.includes('127.0.0.1:')).length, 2);
	return changed.join('\n');
}

/* In the foreground; what it says is in `log`. */
class Balancer extends Site {
	static async start(t, servers) {
		const balancer = new Balancer();
		t.after(() => balancer.stop());
		balancer.port = await freePort();
		const config = path.join(balancer.folder, 'haproxy.cfg');
		fs.writeFileSync(config, configOf(balancer.port, servers));
		const checked = spawnSync(HAPROXY, ['-c', '-f', config], { encoding: 'utf8' });
		assert.equal(checked.status, 0, checked.stdout + checked.stderr);
		balancer.child = spawn(HAPROXY, ['-db', '-f', config], { stdio: ['ignore', 'pipe', 'pipe'] });
		remember(balancer.child, balancer.folder);
		balancer.ended = new Promise((resolve) => balancer.child.once('exit', resolve)).then(() => forget(balancer.child));
		for (const stream of [balancer.child.stdout, balancer.child.stderr])
			stream.on('data', (data) => { balancer.log += data; });
		await until(() => balancer.#isUp(), 'HAProxy').catch((error) => assert.fail(`${error.message}: ${balancer.log}`));
		return balancer;
	}

	constructor() {
		super();
		this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dayi-haproxy-'));
		this.log = '';
	}

	async #isUp() {
		assert.equal(this.child.exitCode, null, 'it ended');
		const response = await this.fetch('/readyz').catch(() => null);
		return response?.status === 200;
	}

	async stop() {
		this.child?.kill('SIGKILL');
		await this.ended;
		fs.rmSync(this.folder, { recursive: true, force: true });
	}
}

/* The keys that the first machine made, as docs/several-machines.md has them copied. */
function shareKeys(from, to) {
	fs.mkdirSync(path.join(to.folder, 'var'), { recursive: true });
	for (const name of KEYS)
		if (fs.existsSync(path.join(from.folder, 'var', name)))
			fs.copyFileSync(path.join(from.folder, 'var', name), path.join(to.folder, 'var', name));
}

/*
 * `count` servers, each on a port that it keeps when it is started again. source: none, postgresql (the samples,
 * in the shared database). `prepare` is awaited before the first starts, with the PostgreSQL.
 */
async function startBalanced(t, count, { settings = {}, source = 'none', prepare, ...options } = {}) {
	const postgres = await Postgres.start(t);
	const shared = {
		...settings,
		store: { url: postgres.connect },
		record: { source, ...(source === 'postgresql' && { connect: postgres.connect }), ...settings.record },
		http: { trusted_proxies: '127.0.0.1', ...settings.http },
	};
	const servers = [];
	await prepare?.(postgres);
	for (let i = 0; i < count; i++) {
		const server = new Server({ ...options, settings: { ...shared, server: { ...settings.server, port: await freePort() } } });
		t.after(() => server.stop());
		if (i > 0)
			shareKeys(servers[0], server);
		servers.push(await server.start());
	}
	for (const server of servers)
		await until(async () => (await server.fetch('/readyz')).status === 200, 'a server that is ready');
	return { postgres, servers, balancer: await Balancer.start(t, servers) };
}

module.exports = { NO_HAPROXY, startBalanced };
