# cmake --build BUILD --target bundle: assay-VERSION-linux-ARCH.tar.gz, .deb and .rpm in BUILD-bundle,
# with a program that runs with nothing installed where glibc is 2.34 or later.
if(NOT ASSAY_BUNDLE)
  # A build of its own: other libraries are linked, and another run path.
  add_custom_target(bundle
    COMMAND ${CMAKE_COMMAND} -S ${PROJECT_SOURCE_DIR} -B ${PROJECT_BINARY_DIR}-bundle
      -G ${CMAKE_GENERATOR} -DASSAY_BUNDLE=ON -DASSAY_CUDA=${ASSAY_CUDA} -DASSAY_WERROR=${ASSAY_WERROR}
      -DCMAKE_CXX_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER} -DCMAKE_BUILD_TYPE=Release
    COMMAND ${CMAKE_COMMAND} --build ${PROJECT_BINARY_DIR}-bundle --target bundle
    USES_TERMINAL VERBATIM)
  return()
endif()

# DT_RPATH, not DT_RUNPATH: it holds for the libraries of libraries too.
target_link_options(assay PRIVATE -Wl,--disable-new-dtags -s)
set_target_properties(assay PROPERTIES INSTALL_RPATH "\$ORIGIN/../lib")
if(CMAKE_CROSSCOMPILING)  # where install_libraries.cmake finds the libraries to be copied
  foreach(folder lib usr/lib)
    set_property(TARGET assay APPEND PROPERTY
      BUILD_RPATH ${ASSAY_SYSROOT}/${folder}/${CMAKE_LIBRARY_ARCHITECTURE})
  endforeach()
  set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE arm64)
  set(CPACK_RPM_PACKAGE_ARCHITECTURE ${CMAKE_SYSTEM_PROCESSOR})
endif()
install(TARGETS assay RUNTIME DESTINATION bin)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/runners/suites DESTINATION share)
install(FILES ${PROJECT_SOURCE_DIR}/README.md DESTINATION .)
install(FILES ${PROJECT_SOURCE_DIR}/cloud-init/README.md DESTINATION share RENAME launching.md)
install(PROGRAMS ${PROJECT_SOURCE_DIR}/runners/slurm/assay-matrix
  ${PROJECT_SOURCE_DIR}/runners/slurm/assay.sbatch DESTINATION share/slurm)
install(PROGRAMS ${PROJECT_SOURCE_DIR}/cloud-init/launch.py DESTINATION share)
install(FILES ${PROJECT_SOURCE_DIR}/cloud-init/queries.sql
  ${PROJECT_SOURCE_DIR}/cloud-init/queries.athena.sql DESTINATION share)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/cloud-init/fleet DESTINATION share
  FILES_MATCHING PATTERN "*.py")
install(CODE "set(program $<TARGET_FILE:assay>)\nset(sysroot \"${ASSAY_SYSROOT}\")")
install(SCRIPT ${PROJECT_SOURCE_DIR}/cloud-init/install_libraries.cmake)

set(CPACK_PACKAGE_NAME assay)
set(CPACK_PACKAGE_VENDOR assay)
set(CPACK_PACKAGE_CONTACT "the maintainers of assay")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "measures storage, memory and GPUs of this machine")
set(CPACK_PACKAGE_FILE_NAME assay-${PROJECT_VERSION}-linux-${CMAKE_SYSTEM_PROCESSOR})
set(CPACK_PACKAGE_CHECKSUM SHA256)
set(CPACK_GENERATOR TGZ DEB)
find_program(ASSAY_RPMBUILD rpmbuild)
if(ASSAY_RPMBUILD)
  list(APPEND CPACK_GENERATOR RPM)
endif()
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libc6 (>= 2.34), libstdc++6 (>= 11)")
set(CPACK_RPM_PACKAGE_AUTOREQPROV NO)
set(CPACK_RPM_PACKAGE_REQUIRES "glibc >= 2.34, libstdc++ >= 11")
set(CPACK_RPM_SPEC_MORE_DEFINE "%define __strip /bin/true\n%define _build_id_links none")
set(CPACK_PROJECT_CONFIG_FILE ${PROJECT_SOURCE_DIR}/cloud-init/package_prefix.cmake)
include(CPack)
add_custom_target(bundle
  COMMAND ${CMAKE_CPACK_COMMAND} --config ${PROJECT_BINARY_DIR}/CPackConfig.cmake
  DEPENDS assay WORKING_DIRECTORY ${PROJECT_BINARY_DIR} USES_TERMINAL VERBATIM)
