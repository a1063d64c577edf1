# The architecture list follows what nvcc --list-gpu-arch prints.
cmake_minimum_required(VERSION 3.25)
include(${ROOT}/kernels/cuda/architectures.cmake)

function(expect listing expected)
  assay_cuda_architectures("${listing}" got)
  if(NOT got STREQUAL "${expected}")
    message(SEND_ERROR "for ${listing}:\n  got      ${got}\n  expected ${expected}")
  endif()
endfunction()

set(cuda_13 "compute_75\ncompute_80\ncompute_86\ncompute_87\ncompute_88\ncompute_89\ncompute_90\n"
  "compute_100\ncompute_110\ncompute_103\ncompute_120\ncompute_121\n")
list(JOIN cuda_13 "" cuda_13)
expect("${cuda_13}" "75-real;80-real;86-real;89-real;90-real;100-real;103-real;120")
expect("compute_50\ncompute_70\ncompute_75\ncompute_80\ncompute_86\ncompute_87\ncompute_89\ncompute_90\n"
  "75-real;80-real;86-real;89-real;90")  # 11.8, 12.0
expect("compute_35\ncompute_70\ncompute_75\ncompute_80\ncompute_86\ncompute_87\n"
  "75-real;80-real;86")                  # 11.5
expect("compute_70\ncompute_75\n" "75")
expect("compute_35\ncompute_70\n" "")
expect("nvcc fatal: Unknown option" "")
