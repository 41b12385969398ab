/*
 * The peer as a module: see README.md, "In a test".
 */
'use strict';

const { Peer } = require('./peer.js');
const { SWITCHES, FORMS } = require('./switches.js');
const { POINTS, check } = require('./points.js');
const { play, readScenario } = require('./scenario.js');
const { load } = require('./load.js');
const cq = require('./cq.js');

module.exports = { Peer, SWITCHES, FORMS, POINTS, check, play, readScenario, load, cq };
