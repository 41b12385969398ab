/*
 * What docs/openapi.yaml says of the HTTP interface, for the tests: every response that a test gets
 * through the harness is held against it. A status that the operation does not name, another media
 * type and a body that its schema refuses are faults of the server or of the description.
 */
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const yaml = require('js-yaml');
const Ajv2020 = require('ajv/dist/2020');

const FILE = path.resolve(__dirname, '../../docs/openapi.yaml');
/* That any request may be refused with, whatever it is for: the head of the description says so. */
const GENERAL = [400, 404, 405, 411, 413, 415, 429, 431, 500, 503];

let description, ajv, routes;
const validators = new Map();

const escaped = (name) => name.replace(/~/g, '~0').replace(/\//g, '~1');

function load() {
	if (description)
		return;
	description = yaml.load(fs.readFileSync(FILE, 'utf8'));
	ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
	ajv.addSchema({ $id: 'openapi', paths: description.paths, components: description.components, webhooks: description.webhooks });
	routes = Object.keys(description.paths).map((name) => ({
		name,
		// The longer a name, the less it leaves open: /chats/take goes before /chats/{chat}.
		open: (name.match(/\{/g) || []).length,
		pattern: new RegExp(`^${name.replace(/[.+*?^$()[\]|\\]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+')}$`),
	})).sort((a, b) => a.open - b.open);
}

function validator(pointer) {
	if (!validators.has(pointer))
		validators.set(pointer, ajv.compile({ $ref: `openapi#${pointer}` }));
	return validators.get(pointer);
}

/* What a pointer such as #/components/responses/Refusal leads to, and where that is. */
function follow(node, pointer) {
	while (node.$ref) {
		pointer = node.$ref.slice(1);
		node = pointer.slice(1).split('/').reduce((at, name) => at[name.replace(/~1/g, '/').replace(/~0/g, '~')], description);
	}
	return [node, pointer];
}

/*
 * The fault of a response, or null. One of a path that is not described has none: files of the page
 * lie there, and 404.
 */
function fault({ method, where, status, type, body }) {
	load();
	const pathname = new URL(where, 'http://x').pathname;
	const route = routes.find(({ pattern }) => pattern.test(pathname));
	if (!route || method === 'OPTIONS')
		return null;
	const operations = description.paths[route.name];
	const operation = operations[(method === 'HEAD' ? 'get' : method).toLowerCase()];
	let [node, pointer] = [description.components.responses.Refusal, '/components/responses/Refusal'];
	if (operation) {
		const described = operation.responses[status];
		if (described)
			[node, pointer] = follow(described, `/paths/${escaped(route.name)}/${method === 'HEAD' ? 'get' : method.toLowerCase()}/responses/${status}`);
		else if (!GENERAL.includes(status))
			return `status ${status} is not described`;
	} else if (status < 400) {
		return `the method is not described, and is answered with ${status}`;
	}
	if (method === 'HEAD' || body === '' || status === 304)
		return null;
	const media = (type || '').split(';')[0];
	if (!node.content && (media !== 'application/json' || route.name === '/{file}'))
		return null; // a file of the page
	if (!node.content || !node.content[media])
		return `the media type ${media} is not described for status ${status}`;
	if (media !== 'application/json')
		return null;
	const validate = validator(`${pointer}/content/${escaped(media)}/schema`);
	return validate(JSON.parse(body)) ? null : ajv.errorsText(validate.errors, { separator: '\n' });
}

/* The fault of what a receiver is told, or null. */
function told(event) {
	load();
	const validate = validator('/webhooks/handover/post/requestBody/content/application~1json/schema');
	return validate(event) ? null : ajv.errorsText(validate.errors);
}

async function check(method, where, response) {
	const body = await response.clone().text();
	const found = fault({ method, where, status: response.status, type: response.headers.get('content-type'), body });
	assert.ok(!found, `docs/openapi.yaml, ${method} ${where}, ${response.status}:\n${found}\n${body.slice(0, 2000)}`);
	return response;
}

module.exports = { FILE, check, fault, told };
