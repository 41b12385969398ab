/* A receipt (凭证号): looked up by the office beside the running server, and typed into the chat. */
'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const path = require('node:path');
const { spawnSync } = require('node:child_process');
const { ROOT, Server, until } = require('./harness');

const DAYI = path.resolve(process.env.DAYI_BIN);

function receipt(server, number, ...more) {
	const run = spawnSync(DAYI, ['receipt', number, '--journal', server.journalFile,
		'--knowledge', server.knowledge, ...more], { cwd: '/', encoding: 'utf8', env: { LC_ALL: 'C', TZ: 'UTC' } });
	return { code: run.status, out: run.stdout, err: run.stderr };
}

async function answered(server, text, headers) {
	return (await server.ask({ text }, headers)).json();
}

/* The journal commits after a moment. */
function kept(server, number) {
	return until(() => {
		const run = receipt(server, number);
		return run.code === 0 && run;
	}, `${number} in the journal`);
}

test('the office sees what was answered, masked, while the server goes on writing', async () => {
	const server = await Server.start();
	try {
		const reply = await answered(server, '我是11010519491231002X，证书过期还可以延续吗？');
		assert.equal(reply.outcome, 'answer');
		const { out } = await kept(server, reply.receipt);
		assert.match(out, new RegExp(`^receipt: +${reply.receipt}$`, 'm'));
		assert.match(out, /^question: .*证书过期还可以延续吗/m);
		assert.doesNotMatch(out, /11010519491231002X/);
		assert.match(out, /^answered: +after-expiry \(no\. 11\) /m);
		assert.match(out, new RegExp(`^knowledge: ${reply.knowledge}$`, 'm'));
		assert.match(out, /^when: +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0800$/m);
		// Typed as somebody hears it on the telephone.
		const heard = ` ${reply.receipt.toLowerCase().replace('-', ' ')} `;
		assert.equal(receipt(server, heard).out, out);
		// Nothing is lost by looking: what comes after is there, too.
		const next = await answered(server, '证书过期还可以延续吗？');
		assert.equal((await kept(server, next.receipt)).code, 0);
		const row = JSON.parse(receipt(server, next.receipt, '--json').out);
		assert.equal(row.entries, 'after-expiry');
		assert.equal(row.knowledge, next.knowledge);
	} finally {
		await server.stop();
	}
});

test('the case that an answer led with is kept with it', async () => {
	const server = await Server.start({ knowledge: path.join(ROOT, 'knowledge') });
	try {
		const reply = await answered(server, '企业为旧版劳务类资质无资质信息');
		assert.equal(reply.outcome, 'answer');
		assert.equal(reply.answers[0].case, '4');
		assert.match((await kept(server, reply.receipt)).out, /^answered: .*; case 4$/m);
	} finally {
		await server.stop();
	}
});

test('a receipt of no answer is told, and a journal that is not there', async () => {
	const server = await Server.start();
	try {
		const missing = receipt(server, 'A7KQ-2M9X');
		assert.equal(missing.code, 1);
		assert.match(missing.err, /nothing was answered under A7KQ-2M9X/);
		assert.equal(missing.out, '');
	} finally {
		await server.stop();
	}
	const gone = receipt(server, 'A7KQ-2M9X');
	assert.equal(gone.code, 1);
	assert.match(gone.err, /there is no such file/);
});

test('the chat knows its own receipts, and tells a stranger nothing', async () => {
	const server = await Server.start();
	try {
		const reply = await answered(server, '证书过期还可以延续吗？');
		const own = await (await server.ask({ text: `凭证号 ${reply.receipt}`, session: reply.session })).json();
		assert.equal(own.reason, 'receipt_here');
		assert.match(own.text, /证书过期/);
		await kept(server, reply.receipt);
		const stranger = await answered(server, reply.receipt);
		assert.equal(stranger.outcome, 'smalltalk');
		assert.equal(stranger.reason, 'receipt_elsewhere');
		assert.doesNotMatch(JSON.stringify({ ...stranger, q: null }), /证书过期|after-expiry/);
	} finally {
		await server.stop();
	}
});

test('in a Chinese locale the office reads it in Chinese', async () => {
	const server = await Server.start();
	try {
		const reply = await answered(server, '证书过期还可以延续吗？');
		await kept(server, reply.receipt);
		const { stdout } = spawnSync(DAYI, ['receipt', reply.receipt, '--journal', server.journalFile,
			'--knowledge', server.knowledge], { encoding: 'utf8', env: { LC_ALL: 'zh_CN.UTF-8' } });
		assert.match(stdout, new RegExp(`^凭证号： +${reply.receipt}$`, 'm'));
		assert.match(stdout, /^渠道： +接口$/m);
		assert.match(stdout, /^结果： +已答复$/m);
		assert.match(stdout, /^答复条目： after-expiry（第11条） /m);
	} finally {
		await server.stop();
	}
});

test('the password of a journal that others share is not told when it cannot be reached', () => {
	const run = spawnSync(DAYI, ['receipt', 'A7KQ-2M9X', '--journal', 'postgresql://dayi:geheim@127.0.0.1:1/faq'],
		{ encoding: 'utf8', env: { LC_ALL: 'C' } });
	assert.equal(run.status, 3);
	assert.match(run.stderr, /PostgreSQL 127\.0\.0\.1\/faq/);
	assert.doesNotMatch(run.stdout + run.stderr, /geheim/);
});
