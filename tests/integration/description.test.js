/* The two descriptions of the interface are valid, and a response that breaks one is noticed. */
'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const yaml = require('js-yaml');
const { lintFromString, createConfig } = require('@redocly/openapi-core');
const { Parser } = require('@asyncapi/parser');
const { FILE, fault } = require('./described');
const { chatFault, onebotFault } = require('./framed');

/*
 * The rules of `redocly lint` that it recommends, but for these: the interface has a path that
 * ends with a slash, answers to the health of a process that have no 4xx, and /chat, which is a
 * WebSocket.
 */
const RULES = { 'no-path-trailing-slash': 'off', 'operation-4xx-response': 'off', 'operation-2xx-response': 'off' };

async function lint(source) {
	const config = await createConfig({ extends: ['recommended'], rules: RULES });
	const problems = await lintFromString({ source, absoluteRef: FILE, config });
	return problems.map(({ ruleId, message, location }) => `${ruleId}: ${location[0].pointer || ''} ${message}`);
}

test('docs/openapi.yaml passes redocly', async () => {
	assert.deepEqual(await lint(fs.readFileSync(FILE, 'utf8')), []);
});

test('redocly notices what is no OpenAPI', async () => {
	const source = fs.readFileSync(FILE, 'utf8').replace('operationId: ask\n', 'operationId: rate\n      summery: x\n');
	const found = (await lint(source)).join('\n');
	assert.match(found, /operation-operationId-unique/);
	assert.match(found, /summery/);
});

test('docs/asyncapi.yaml passes its parser', async () => {
	const file = path.resolve(__dirname, '../../docs/asyncapi.yaml');
	const { document, diagnostics } = await new Parser().parse(fs.readFileSync(file, 'utf8'), { source: file });
	// A hint that 3.1 is out is none of a fault: severity 0 is an error, 1 a warning.
	assert.deepEqual(diagnostics.filter(({ severity }) => severity <= 1).map(({ code, path: at, message }) => `${code} ${at.join('.')}: ${message}`), []);
	assert.ok(document.channels().all().length > 0);
});

test('every reason to refuse is described', () => {
	const source = fs.readFileSync(path.resolve(__dirname, '../../src/service/refusal.c'), 'utf8');
	const codes = [...source.matchAll(/\[REFUSAL_\w+\] = \{\s*"(\w+)"/g)].map(([, code]) => code);
	const described = new Set(yaml.load(fs.readFileSync(FILE, 'utf8')).components.schemas.Reply.properties.reason.enum);
	assert.ok(codes.length > 40);
	assert.deepEqual(codes.filter((code) => !described.has(code)), []);
});

test('a response that is not as it is described is noticed', () => {
	const reply = { outcome: 'decline', answers: [], choices: [], next: null, text: '', receipt: 'A7KQ-2M9X', knowledge: 'k', took_us: 1 };
	const of = (over) => fault({ method: 'POST', where: '/api/v1/ask', status: 200, type: 'application/json; charset=utf-8', body: JSON.stringify(reply), ...over });
	assert.equal(of({}), null);
	assert.match(of({ status: 418 }), /status 418 is not described/);
	assert.match(of({ type: 'text/html' }), /media type/);
	assert.match(of({ body: JSON.stringify({ ...reply, outcome: 'perhaps' }) }), /outcome/);
	assert.match(of({ body: JSON.stringify({ ...reply, text: undefined }) }), /text/);
	assert.match(of({ method: 'DELETE' }), /answered with 200/);
	assert.equal(of({ method: 'GET', where: '/assets/of/a/page.png', status: 418 }), null);
});

test('a frame that is not as it is described is noticed', () => {
	const event = { type: 'welcome', session: '0'.repeat(32), resumed: false, knowledge: 'k', signed_in: false };
	assert.equal(chatFault(event), null);
	assert.match(chatFault({ ...event, session: 'x' }), /session/);
	assert.match(chatFault({ type: 'reply', to: '1' }), /outcome/);
	assert.match(chatFault({ type: 'ask', text: 'x' }), /no frame of this type/);
	const text = { type: 'text', data: { text: 'x' } };
	const action = { action: 'send_group_msg', params: { group_id: 1, message: [text] }, echo: 'dayi-1' };
	assert.equal(onebotFault(action), null);
	assert.equal(onebotFault({ action: 'get_status', params: {}, echo: 'dayi-2' }), null);
	for (const wrong of [{ action: 'set_group_ban' }, { echo: 1 }, { params: { message: [text] } }, { params: { group_id: 1, message: [] } }, { params: { group_id: 1, message: [{ type: 'at', data: { qq: 5 } }] } }])
		assert.notEqual(onebotFault({ ...action, ...wrong }), null, JSON.stringify(wrong));
});
