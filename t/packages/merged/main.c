#include <stdio.h>

#include "bar.h"
#include "foo.h"

int main(void)
{
	double values[1000];
	for (int i = 0; i < 1000; i++)
		values[i] = i;
	printf("%s %.1f %.0f\n", foo_level(), foo_mean(values, 1000),
	       foo_difference(values, values, 1000));
	return 0;
}
