// Opens all plugins of a directory, twice, and says what they do; --quiet: not at which level.
#include <dlfcn.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <set>
#include <thread>

#include "foo.h"

int constructed;

static void *opened(const std::string &path, int mode)
{
	void *handle = dlopen(path.c_str(), mode);
	if (!handle && !(mode & RTLD_NOLOAD))
		throw Error(dlerror());
	return handle;
}

static void use(const std::string &path, const char *name, bool quiet)
{
	double values[64];
	for (int at = 0; at < 64; ++at)
		values[at] = at;
	void *handle = opened(path, RTLD_LAZY | RTLD_LOCAL);
	auto create = reinterpret_cast<Plugin *(*)()>(dlsym(handle, "create"));
	if (!create)
		throw Error(dlerror());
	std::unique_ptr<Plugin> plugin(create());
	std::printf("%s %s sum %g constructed %d", name, quiet ? "" : plugin->level().c_str(),
		    plugin->sum(values, 64), constructed);
	std::printf(" factor %g", dynamic_cast<Scale &>(*plugin).factor());
	std::printf(" calls %d", (plugin->calls(), plugin->calls()));
	std::thread([&] { std::printf(" in a thread %d", plugin->calls()); }).join();
	try {
		plugin->fail();
	} catch (const Error &error) {
		std::printf(" threw %s", error.what());
	}
	std::printf(" visible %d", dlsym(RTLD_DEFAULT, "shared_name") != nullptr);
	plugin.reset();
	dlclose(handle);
	std::printf(" then constructed %d loaded %d\n", constructed,
		    opened(path, RTLD_LAZY | RTLD_NOLOAD) != nullptr);
}

int main(int, char **argv)
{
	std::set<std::filesystem::path> paths;
	for (const auto &entry : std::filesystem::directory_iterator(argv[1]))
		if (entry.path().extension() == ".so" && entry.path().stem() != "where")
			paths.insert(entry.path());
	for (int round = 0; round < 2; ++round)
		for (const auto &path : paths)
			use(path, path.stem().c_str(), argv[2] != nullptr);
	return paths.empty();
}
