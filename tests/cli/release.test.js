/* script/release, in a clone with a changelog and a version of its own. */
'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { execFileSync, spawnSync } = require('node:child_process');
const { ROOT, temporary } = require('./dayi');

const AUTHOR = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@b', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@b',
	GIT_AUTHOR_DATE: '2026-01-02T03:04:05Z', GIT_COMMITTER_DATE: '2026-01-02T03:04:05Z' };

function git(folder, ...args) {
	return execFileSync('git', ['-C', folder, '-c', 'init.defaultBranch=main', ...args],
		{ encoding: 'utf8', env: { PATH: process.env.PATH, HOME: folder, ...AUTHOR } });
}

/* A small tree with this one's script, committed. */
function tree(t) {
	const folder = path.join(temporary(t), 'tree');
	fs.mkdirSync(path.join(folder, 'script/lib'), { recursive: true });
	for (const name of ['script/release', 'script/lib/common.sh'])
		fs.copyFileSync(path.join(ROOT, name), path.join(folder, name));
	fs.writeFileSync(path.join(folder, 'CMakeLists.txt'), 'project(dayi VERSION 1.2.3 LANGUAGES C)\n');
	fs.writeFileSync(path.join(folder, 'CHANGELOG.md'),
		'# Changelog\n\n## [Unreleased]\n\n- later\n\n## [1.2.3] - 2026-01-02\n\n### Added\n\n- now\n\n## [1.2.2]\n\n- before\n');
	git(folder, 'init', '--quiet');
	commit(folder);
	return folder;
}

function commit(folder) {
	git(folder, 'add', '-A');
	git(folder, 'commit', '--quiet', '-m', 'x');
}

function release(folder, out) {
	const run = spawnSync(path.join(folder, 'script/release'), out ? [out] : [],
		{ encoding: 'utf8', timeout: 60000, env: { PATH: process.env.PATH, HOME: folder } });
	return { code: run.status, out: run.stdout, err: run.stderr };
}

test('a release is the source, the section of the changelog, and their checksums', (t) => {
	const folder = tree(t), out = temporary(t);
	const run = release(folder, out);
	assert.equal(run.code, 0, run.err);
	assert.deepEqual(fs.readdirSync(out).sort(), ['CHANGES-1.2.3.md', 'SHA256SUMS', 'dayi-1.2.3.tar.gz']);
	assert.equal(fs.readFileSync(path.join(out, 'CHANGES-1.2.3.md'), 'utf8'), '### Added\n\n- now\n');
	execFileSync('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: out });
	const names = execFileSync('tar', ['-tzf', path.join(out, 'dayi-1.2.3.tar.gz')], { encoding: 'utf8' }).trim().split('\n');
	assert.ok(names.includes('dayi-1.2.3/CMakeLists.txt'));
	assert.ok(names.every((name) => name.startsWith('dayi-1.2.3/')));
});

test('the same commit gives the same bytes', (t) => {
	const folder = tree(t), first = temporary(t), second = temporary(t);
	const clone = path.join(temporary(t), 'clone');
	git(folder, 'clone', '--quiet', folder, clone);
	assert.equal(release(folder, first).code, 0);
	assert.equal(release(clone, second).code, 0);
	for (const name of fs.readdirSync(first))
		assert.deepEqual(fs.readFileSync(path.join(first, name)), fs.readFileSync(path.join(second, name)), name);
});

test('a tree with changes is refused, and they are named', (t) => {
	const folder = tree(t), out = path.join(temporary(t), 'out');
	fs.appendFileSync(path.join(folder, 'CMakeLists.txt'), '#\n');
	fs.writeFileSync(path.join(folder, 'new'), '');
	const run = release(folder, out);
	assert.equal(run.code, 1);
	assert.match(run.err, / M CMakeLists\.txt\n\?\? new/);
	assert.ok(!fs.existsSync(out));
});

test('a version without a section, and one whose tag is elsewhere, are refused', (t) => {
	const folder = tree(t);
	git(folder, 'tag', 'v1.2.3');
	fs.writeFileSync(path.join(folder, 'new'), '');
	commit(folder);
	assert.match(release(folder, temporary(t)).err, /the tag v1\.2\.3 is on another commit/);
	fs.writeFileSync(path.join(folder, 'CMakeLists.txt'), 'project(dayi VERSION 1.3.0 LANGUAGES C)\n');
	commit(folder);
	assert.match(release(folder, temporary(t)).err, /no section \[1\.3\.0\]/);
});
