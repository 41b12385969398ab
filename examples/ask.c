/* cc ask.c $(pkg-config --cflags --libs dayi) -o ask && ./ask 照片传不上去咋办 [FOLDER] */
#include <dayi.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
	const char *message = argc > 1 ? argv[1] : "证书即将到期可以申请延续吗？";
	dayi_model_options options = DAYI_INIT(dayi_model_options);
	dayi_model *model = NULL;
	dayi_engine *engine = NULL;
	dayi_conversation *chat = NULL;
	dayi_reply *reply = NULL;
	dayi_error *error = NULL;
	options.folder = argc > 2 ? argv[2] : NULL; /* NULL: the FAQ that the library carries */
	int failed = dayi_model_open(&model, &options, &error) ||
	             dayi_engine_open(&engine, model, &error) ||
	             dayi_conversation_open(&chat, &error) ||
	             dayi_ask(&reply, engine, chat, message, strlen(message), NULL, NULL, &error);
	if (failed)
		fprintf(stderr, "%s\n%s\n", dayi_error_text(error), dayi_error_remedy(error));
	else
		puts(dayi_reply_text(reply));
	dayi_reply_free(reply);
	dayi_conversation_free(chat);
	dayi_engine_free(engine);
	dayi_model_free(model);
	dayi_error_free(error);
	return failed;
}
