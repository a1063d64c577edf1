# The intermediate code of the stream kernels, for every architecture that is compiled in, has cp.async
# from sm_80 on and cp.async.bulk with an mbarrier from sm_90 on, in the kernels that are named after
# them and in no others.
cmake_minimum_required(VERSION 3.25)
if(NOT NVCC OR ARCHITECTURES STREQUAL "")
  message("skipped: there is no nvcc (Debian, Ubuntu: package nvidia-cuda-toolkit)")
  return()
endif()
string(REPLACE "," ";" ARCHITECTURES "${ARCHITECTURES}")
separate_arguments(HOST_FLAGS)
file(MAKE_DIRECTORY ${WORK})

# kernels_with(ptx instruction result): how many kernels (.entry) hold the instruction, by the kind of
# kernel: "stream_kernel:0 async_kernel:33 bulk_kernel:0".
function(kernels_with ptx instruction result)
  foreach(kind stream_kernel async_kernel bulk_kernel)
    set(count_${kind} 0)
  endforeach()
  string(REGEX REPLACE "[][;]" " " ptx "${ptx}")
  string(REPLACE ".entry " ";" parts "${ptx}")
  foreach(part IN LISTS parts)
    string(FIND "${part}" "${instruction}" at)
    if(at LESS 0)
      continue()
    endif()
    string(REGEX MATCH "(stream|async|bulk)_kernel" kind "${part}")
    math(EXPR count_${kind} "${count_${kind}} + 1")
  endforeach()
  set(${result} "stream ${count_stream_kernel} async ${count_async_kernel} bulk ${count_bulk_kernel}"
    PARENT_SCOPE)
endfunction()

function(expect what got wanted)
  if(NOT got STREQUAL wanted)
    message(SEND_ERROR "${what}: got ${got}, wanted ${wanted}")
  endif()
endfunction()

# read, copy, scale with three unrolls; add, triad, dot with two: see gpu_variants.
set(all 15)
foreach(architecture IN LISTS ARCHITECTURES)
  string(REGEX MATCH "[0-9]+" number "${architecture}")
  set(file ${WORK}/stream_f64_${number}.ptx)
  execute_process(COMMAND ${NVCC} ${HOST_FLAGS} -std=c++17 -I${ROOT} --ptx -arch=compute_${number}
      -o ${file} ${ROOT}/kernels/cuda/stream_f64.cu
    RESULT_VARIABLE status ERROR_VARIABLE error)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "nvcc --ptx for ${number}: ${error}")
  endif()
  file(READ ${file} ptx)
  set(async 0)
  set(bulk 0)
  if(number GREATER_EQUAL 80)
    set(async ${all})
  endif()
  if(number GREATER_EQUAL 90)
    set(bulk ${all})
  endif()
  foreach(instruction cp.async.cg.shared.global cp.async.commit_group cp.async.wait_group)
    kernels_with("${ptx}" ${instruction} found)
    expect("compute_${number} ${instruction}" "${found}" "stream 0 async ${async} bulk 0")
  endforeach()
  foreach(instruction cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes
      mbarrier.arrive.expect_tx mbarrier.try_wait.parity)
    kernels_with("${ptx}" ${instruction} found)
    expect("compute_${number} ${instruction}" "${found}" "stream 0 async 0 bulk ${bulk}")
  endforeach()
  # 16-byte accesses are one instruction: loads of two f64 at a time.
  kernels_with("${ptx}" "ld.global.nc.v2" found)
  if(NOT found MATCHES "stream [1-9]")
    message(SEND_ERROR "compute_${number}: no kernel has 16-byte loads: ${found}")
  endif()
endforeach()
