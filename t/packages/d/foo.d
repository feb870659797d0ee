extern (C):

// A D program cannot ask for the CPU baseline that it is compiled for.
const(char)* foo_level()
{
    return "d";
}

double foo_sum(const(double)* values, size_t count)
{
    double sum = 0;
    foreach (value; values[0 .. count])
        sum += value;
    return sum;
}
