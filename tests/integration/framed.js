/*
 * What docs/asyncapi.yaml says of the frames that the server sends, for the tests: every frame of /chat that a
 * test gets through the harness, and every action that the peer of the OneBot tests gets, is held against it.
 */
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const yaml = require('js-yaml');
const Ajv2020 = require('ajv/dist/2020');

const read = (name) => yaml.load(fs.readFileSync(path.resolve(__dirname, '../../docs', name), 'utf8'));

let ajv, asyncapi;
const validators = new Map();

function load() {
	if (ajv)
		return;
	const { components } = read('openapi.yaml');
	asyncapi = read('asyncapi.yaml');
	ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
	ajv.addSchema({ $id: 'http://docs/openapi.yaml', components });
	ajv.addSchema({ $id: 'http://docs/asyncapi.yaml', components: asyncapi.components });
}

function validator(message) {
	if (!validators.has(message))
		validators.set(message, ajv.compile({ $ref: `http://docs/asyncapi.yaml#/components/messages/${message}/payload` }));
	return validators.get(message);
}

/* Names of the messages that the server sends over the channel: of its operations, and what answers others. */
function sent(channel) {
	const of = (list) => (list ?? []).map(({ $ref }) => $ref).filter((ref) => ref.startsWith(`#/channels/${channel}/`)).map((ref) => ref.split('/').pop());
	return [...new Set(Object.values(asyncapi.operations).flatMap((operation) => [...operation.action === 'send' ? of(operation.messages) : [], ...of(operation.reply?.messages)]))];
}

function faultOf(message, frame) {
	const valid = validator(message);
	return valid(frame) ? null : `${message}: ${ajv.errorsText(valid.errors)} in ${JSON.stringify(frame).slice(0, 500)}`;
}

/* The fault of a frame of the server's over /chat, or null. */
function chatFault(frame) {
	load();
	const known = sent('chat').includes(frame?.type);
	return known ? faultOf(frame.type, frame) : `no frame of this type is described: ${JSON.stringify(frame).slice(0, 200)}`;
}

/* Likewise of an action over OneBot. */
function onebotFault(frame) {
	load();
	const faults = sent('onebot').map((message) => faultOf(message, frame));
	return faults.includes(null) ? null : faults.join('\n');
}

module.exports = { chatFault, onebotFault };
