/* What another program is told of hand-overs: signed, until it was taken, through a restart. */
'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const crypto = require('node:crypto');
const fs = require('node:fs');
const http = require('node:http');
const https = require('node:https');
const os = require('node:os');
const path = require('node:path');
const { execFileSync } = require('node:child_process');
const { startAgain } = require('./again');
const { told } = require('./described');
const { freePort, until } = require('./harness');
const { Operator, addUser, staffed, startConsole } = require('./operator');

/* A certificate for 127.0.0.1, signed by itself, and its key. */
function makeCertificate(t) {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dayi-tls-'));
	t.after(() => fs.rmSync(folder, { recursive: true }));
	const [keyFile, file] = ['key.pem', 'certificate.pem'].map((name) => path.join(folder, name));
	execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
		'-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', keyFile, '-out', file], { stdio: 'ignore' });
	return { file, key: fs.readFileSync(keyFile), cert: fs.readFileSync(file) };
}

/* Takes deliveries at a port, and answers each with what `answer` gives: a status, or nothing. */
class Receiver {
	static async start(t, port, { answer = () => 204, certificate } = {}) {
		const receiver = new Receiver();
		receiver.taken = [];
		const take = (request, response) => {
			let body = '';
			request.on('data', (data) => { body += data; });
			request.on('end', () => {
				receiver.taken.push({ headers: request.headers, body, url: request.url, method: request.method });
				const status = answer(receiver.taken.length);
				if (status)
					response.writeHead(status).end();
				else
					request.socket.destroy();
			});
		};
		receiver.server = certificate ? https.createServer(certificate, take) : http.createServer(take);
		await new Promise((resolve) => receiver.server.listen(port, '127.0.0.1', resolve));
		t.after(() => receiver.stop());
		return receiver;
	}

	stop() {
		this.server.closeAllConnections();
		return new Promise((resolve) => this.server.close(resolve));
	}

	count(n) {
		return until(() => this.taken.length >= n, `${n} deliveries, there are ${this.taken.length}`);
	}
}

/* As docs/embedding.md tells a receiver to check it. */
function check(server, { headers, body }) {
	const secret = fs.readFileSync(path.join(server.folder, 'events.key'), 'utf8').trim();
	const signed = `${headers['x-dayi-timestamp']}.${headers['x-dayi-delivery']}.${body}`;
	assert.equal(headers['x-dayi-signature'], `sha256=${crypto.createHmac('sha256', secret).update(signed).digest('hex')}`);
	assert.ok(Math.abs(Date.now() / 1000 - Number(headers['x-dayi-timestamp'])) < 300);
	const event = JSON.parse(body);
	assert.equal(told(event), null);
	assert.equal(event.delivery, headers['x-dayi-delivery']);
	assert.match(headers['content-type'], /^application\/json/);
	return event;
}

async function start(t, port, settings = {}, scheme = 'http') {
	const server = await startConsole({ events: { url: `${scheme}://127.0.0.1:${port}/hook?k=1`, key_file: 'events.key' }, ...settings });
	t.after(() => server.stop());
	addUser(server, 'wang', 'operator'); // without an operator nobody waits
	await staffed(server);
	return server;
}

async function askForPerson(server) {
	const reply = await (await server.ask({ text: '转人工' })).json();
	return { reply, chat: crypto.createHash('sha256').update(reply.session).digest('hex') };
}

test('that a person is asked for and the case is closed is told, signed, without anybody\'s words', async (t) => {
	const port = await freePort();
	const receiver = await Receiver.start(t, port);
	const server = await start(t, port);
	const { chat } = await askForPerson(server);
	await receiver.count(1);
	const asked = check(server, receiver.taken[0]);
	assert.deepEqual([receiver.taken[0].method, receiver.taken[0].url], ['POST', '/hook?k=1']);
	assert.deepEqual(Object.keys(asked).sort(), ['at', 'chat', 'delivery', 'event', 'sent_at']);
	assert.equal(asked.event, 'handover.asked');
	assert.equal(asked.chat, chat, 'the hash of the session');
	const wang = await Operator.signedIn(server, 'wang');
	const held = await (await wang.request('POST', 'take', {})).json();
	assert.equal((await wang.request('POST', 'close', { chat: held.chat, epoch: held.epoch, outcome: 'solved' })).status, 200);
	await receiver.count(2);
	const closed = check(server, receiver.taken[1]);
	assert.deepEqual([closed.event, closed.chat, closed.outcome], ['handover.closed', asked.chat, 'solved']);
	assert.notEqual(closed.delivery, asked.delivery);
	assert.equal(await server.metric('dayi_notices_total{result="delivered"}'), 2);
	assert.ok(!server.log.includes('k=1'), 'the address is not logged, a secret may stand in it');
});

test('what was not taken is told again under the same name', async (t) => {
	const port = await freePort();
	const receiver = await Receiver.start(t, port, { answer: (n) => [500, 204][n - 1] });
	const server = await start(t, port);
	await askForPerson(server);
	await receiver.count(2);
	const [first, second] = receiver.taken.map((one) => check(server, one));
	assert.equal(second.delivery, first.delivery);
	assert.equal(second.at, first.at);
	assert.equal(await server.metric('dayi_notices_total{result="failed"}'), 1);
});

test('a receiver that is down is told later, by a server that was killed meanwhile', async (t) => {
	const port = await freePort();
	const server = await start(t, port);
	await askForPerson(server);
	await server.logged(/fetch what="events".*outcome="not_sent"/);
	server.signal('SIGKILL');
	await server.ended;
	const receiver = await Receiver.start(t, port);
	await startAgain(server);
	await receiver.count(1);
	assert.equal(check(server, receiver.taken[0]).event, 'handover.asked');
});

test('over https the receiver has to be who it says', async (t) => {
	const port = await freePort();
	const certificate = makeCertificate(t);
	const receiver = await Receiver.start(t, port, { certificate });
	const stranger = await start(t, port, {}, 'https');
	await askForPerson(stranger);
	await stranger.logged(/fetch what="events".*outcome="not_sent"/);
	assert.equal(receiver.taken.length, 0, 'nothing is sent to who cannot prove it');
	const server = await start(t, port, { fetch: { ca_file: certificate.file } }, 'https');
	await askForPerson(server);
	await receiver.count(1);
	check(server, receiver.taken[0]);
});

test('a receiver that hangs holds up nobody, and not the end of the server', async (t) => {
	const port = await freePort();
	const hanging = http.createServer(() => {});
	await new Promise((resolve) => hanging.listen(port, '127.0.0.1', resolve));
	t.after(() => { hanging.closeAllConnections(); hanging.close(); });
	const server = await start(t, port);
	const seen = new Promise((resolve) => hanging.once('request', resolve));
	await askForPerson(server);
	await seen;
	assert.equal((await server.ask({ text: '照片' })).status, 200);
	server.signal('SIGTERM');
	assert.deepEqual(await server.ended, { code: 0, signal: null });
});
