/* A server that is started again in the folder that it had. */
'use strict';

/* Once it has ended: server.ended. */
function startAgain(server) {
	server.log = '';
	server.result = undefined;
	return server.start();
}

module.exports = { startAgain };
