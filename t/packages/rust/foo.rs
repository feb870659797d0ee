use std::os::raw::c_char;

#[no_mangle]
pub extern "C" fn foo_level() -> *const c_char {
    let name: &[u8] = if cfg!(target_feature = "avx2") {
        b"x86-64-v3\0"
    } else {
        b"generic\0"
    };
    name.as_ptr() as *const c_char
}

/// # Safety
/// `values` points to `count` numbers.
#[no_mangle]
pub unsafe extern "C" fn foo_sum(values: *const f64, count: usize) -> f64 {
    std::slice::from_raw_parts(values, count).iter().sum()
}
