# Finds an nvcc that works, with a host compiler that it accepts.

# assay_try_nvcc(nvcc host_flags error): compiles and links a trivial file; `error` is empty when
# that went well, otherwise what nvcc said.
function(assay_try_nvcc nvcc host_flags error)
  set(dir ${CMAKE_CURRENT_BINARY_DIR}/try_nvcc)
  file(WRITE ${dir}/try.cu "#include <memory>\n#include <stdexcept>\n#include <string>\n"
    "__global__ void kernel(int* p) { *p = 1; }\n"
    "int main() { kernel<<<1, 1>>>(nullptr); return std::string(\"x\").empty(); }\n")
  execute_process(COMMAND ${nvcc} -std=c++17 -cudart static ${host_flags} -o try try.cu
    WORKING_DIRECTORY ${dir} RESULT_VARIABLE status OUTPUT_VARIABLE text ERROR_VARIABLE text)
  set(${error} "" PARENT_SCOPE)
  if(NOT status EQUAL 0)
    set(${error} "${text} (${status})" PARENT_SCOPE)
  endif()
endfunction()

# assay_find_nvcc(result host_flags error): the path of an nvcc that compiles, and the flags it needs
# to accept a host compiler (Ubuntu 24.04: nvcc 12.0 refuses g++ 13); or an empty result and why.
function(assay_find_nvcc result host_flags error)
  find_program(ASSAY_NVCC nvcc PATHS /usr/local/cuda/bin /usr/lib/nvidia-cuda-toolkit/bin)
  set(${result} "" PARENT_SCOPE)
  if(NOT ASSAY_NVCC)
    set(${error} "nvcc was not found" PARENT_SCOPE)
    return()
  endif()
  if(ASSAY_NVCC_THAT_WORKED STREQUAL ASSAY_NVCC)  # tried by an earlier configuration
    set(${result} ${ASSAY_NVCC} PARENT_SCOPE)
    set(${host_flags} "${ASSAY_NVCC_HOST_FLAGS}" PARENT_SCOPE)
    return()
  endif()
  set(candidates " ")  # nvcc's own choice
  if(CMAKE_CUDA_HOST_COMPILER)
    set(candidates "-ccbin=${CMAKE_CUDA_HOST_COMPILER}")
  else()
    foreach(version 13 12 11 10)
      find_program(ASSAY_GXX_${version} g++-${version})
      mark_as_advanced(ASSAY_GXX_${version})
      if(ASSAY_GXX_${version})
        list(APPEND candidates "-ccbin=${ASSAY_GXX_${version}}")
      endif()
    endforeach()
    list(APPEND candidates "-allow-unsupported-compiler")
  endif()
  foreach(flags IN LISTS candidates)
    string(STRIP "${flags}" flags)
    assay_try_nvcc(${ASSAY_NVCC} "${flags}" said)
    if(said STREQUAL "")
      set(ASSAY_NVCC_THAT_WORKED ${ASSAY_NVCC} CACHE INTERNAL "")
      set(ASSAY_NVCC_HOST_FLAGS "${flags}" CACHE INTERNAL "")
      set(${result} ${ASSAY_NVCC} PARENT_SCOPE)
      set(${host_flags} "${flags}" PARENT_SCOPE)
      return()
    endif()
    string(APPEND all_said "\n  ${ASSAY_NVCC} ${flags}: ${said}")
  endforeach()
  set(${error} "nvcc was found but cannot compile:${all_said}" PARENT_SCOPE)
endfunction()
