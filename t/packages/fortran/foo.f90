! A Fortran program cannot ask for the CPU baseline that it is compiled for.
function foo_level() bind(c) result(level)
  use iso_c_binding
  type(c_ptr) :: level
  character(kind=c_char, len=8), target, save :: name = "fortran" // c_null_char
  level = c_loc(name)
end function

function foo_sum(values, count) bind(c) result(total)
  use iso_c_binding
  integer(c_size_t), value :: count
  real(c_double), intent(in) :: values(count)
  real(c_double) :: total
  total = sum(values)
end function
