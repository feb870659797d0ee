LIBS += -lbar -lfooaux

foo: libfooaux.so.1 libbar.so.1

libfooaux.so.1 libbar.so.1: lib%.so.1: %.o $(REALNAME)
	$(CC) $(CFLAGS) $(LDFLAGS) -shared -Wl,-soname,$@ -o $@ $< -L. -lfoo
	ln -sf $@ lib$*.so
