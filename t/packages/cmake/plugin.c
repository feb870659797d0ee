/* Opened by path, so the loader never looks for it at a level. */
double foo_plugin(const double *values)
{
	return values[0] * values[1] + values[2];
}
