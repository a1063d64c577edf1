# Toolchain of the preset aarch64: the program for Graviton, built on x86_64 by Debian's cross compiler
# against Debian's arm64 libraries in a folder of their own.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)

get_filename_component(ASSAY_SYSROOT "${CMAKE_CURRENT_LIST_DIR}/../build/sysroot-aarch64" ABSOLUTE)
find_program(ASSAY_AARCH64_COMPILER ${CMAKE_CXX_COMPILER})
if(NOT ASSAY_AARCH64_COMPILER OR NOT EXISTS ${ASSAY_SYSROOT}/packages)
  message(FATAL_ERROR "The cross compiler or Debian's arm64 libraries (${ASSAY_SYSROOT}) are not here: "
    "run ./quickstart.sh --setup aarch64 (Debian 12)")
endif()
set(CMAKE_SYSROOT ${ASSAY_SYSROOT})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(ENV{PKG_CONFIG_SYSROOT_DIR} ${ASSAY_SYSROOT})
set(ENV{PKG_CONFIG_LIBDIR}
  ${ASSAY_SYSROOT}/usr/lib/aarch64-linux-gnu/pkgconfig:${ASSAY_SYSROOT}/usr/share/pkgconfig)
