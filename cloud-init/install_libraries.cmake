# Part of the installation: the libraries that `program` needs beyond what every system with
# glibc 2.34 has, their licences, and SHA256SUMS of everything. `sysroot` is where the packages of a
# cross-build are; empty for those of this machine.
set(root "$ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}")

file(GET_RUNTIME_DEPENDENCIES EXECUTABLES ${program}
  RESOLVED_DEPENDENCIES_VAR libraries UNRESOLVED_DEPENDENCIES_VAR missing
  PRE_EXCLUDE_REGEXES "^lib(c|m|dl|rt|pthread|stdc\\+\\+|gcc_s)\\.so" "^ld-linux")
if(missing)
  message(FATAL_ERROR "libraries that the program needs are not here: ${missing}")
endif()
foreach(library ${libraries})
  file(REAL_PATH ${library} file)
  get_filename_component(name ${library} NAME)
  configure_file(${file} ${root}/lib/${name} COPYONLY)
  # By its name: packages list /lib or /usr/lib, which are one folder by now.
  get_filename_component(real_name ${file} NAME)
  execute_process(COMMAND dpkg-query --admindir=${sysroot}/var/lib/dpkg -S "*/${real_name}"
    OUTPUT_VARIABLE owner ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
  string(REGEX REPLACE "[:].*" "" package "${owner}")
  if(EXISTS ${sysroot}/usr/share/doc/${package}/copyright)
    configure_file(${sysroot}/usr/share/doc/${package}/copyright ${root}/share/licences/${package} COPYONLY)
  else()
    message(FATAL_ERROR "the licence of ${file} is not known")
  endif()
endforeach()
# Linked in.
foreach(package libbenchmark-dev nlohmann-json3-dev libcli11-dev)
  if(EXISTS ${sysroot}/usr/share/doc/${package}/copyright)
    configure_file(${sysroot}/usr/share/doc/${package}/copyright ${root}/share/licences/${package} COPYONLY)
  endif()
endforeach()

file(REMOVE ${root}/SHA256SUMS)
file(GLOB_RECURSE files RELATIVE ${root} ${root}/*)
set(sums "")
foreach(file ${files})
  file(SHA256 ${root}/${file} sum)
  string(APPEND sums "${sum}  ${file}\n")
endforeach()
file(WRITE ${root}/SHA256SUMS "${sums}")
