// A plugin that looks for its data beside itself.
#include <dlfcn.h>

extern "C" const char *where()
{
	Dl_info own;
	return dladdr(reinterpret_cast<void *>(&where), &own) ? own.dli_fname : "";
}
