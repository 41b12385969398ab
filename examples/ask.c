/* cc ask.c $(pkg-config --cflags --libs dayi) -o ask && ./ask 照片传不上去咋办 */
#include <dayi.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
	const char *message = argc > 1 ? argv[1] : "证书即将到期可以申请延续吗？";
	dayi_model *model = NULL;
	dayi_engine *engine = NULL;
	dayi_conversation *conversation = NULL;
	dayi_reply *reply = NULL;
	dayi_error *error = NULL;
	dayi_model_options options = DAYI_INIT(dayi_model_options);

	options.folder = argc > 2 ? argv[2] : NULL; /* NULL: the FAQ that the library carries */
	dayi_code code = dayi_model_open(&model, &options, &error);
	if (code == DAYI_OK)
		code = dayi_engine_open(&engine, model, &error);
	if (code == DAYI_OK)
		code = dayi_conversation_open(&conversation, &error);
	if (code == DAYI_OK)
		code = dayi_ask(&reply, engine, conversation, message, strlen(message), NULL, NULL,
		                &error);
	if (code == DAYI_OK)
		puts(dayi_reply_text(reply));
	else
		fprintf(stderr, "%s\n%s\n", dayi_error_text(error), dayi_error_remedy(error));

	dayi_reply_free(reply);
	dayi_conversation_free(conversation);
	dayi_engine_free(engine);
	dayi_model_free(model);
	dayi_error_free(error);
	return code == DAYI_OK ? 0 : 1;
}
