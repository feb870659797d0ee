#include <stdio.h>

#include "foo.h"

int main(void)
{
	double values[1000];
	for (int i = 0; i < 1000; i++)
		values[i] = i;
	double sum = foo_sum(values, 1000);
	printf("%s %.0f\n", foo_level(), sum);
	return sum != 499500;
}
