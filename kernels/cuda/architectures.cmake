# Which GPU architectures an nvcc is asked for.

# Those of the EC2 GPUs: g4dn/g5g 75, p4 80, g5 86, g6 89, p5 90, p6-b200 100, p6-b300 103, g7e 120.
set(assay_cuda_wished 75 80 86 89 90 100 103 120)

# assay_cuda_architectures(listing result): the wished architectures in the output of
# `nvcc --list-gpu-arch`, as machine code; the newest with intermediate code (PTX) too, so that later
# GPUs can run it. Empty when there is none.
function(assay_cuda_architectures listing result)
  string(REGEX MATCHALL "compute_[0-9]+" supported "${listing}")
  set(found ${assay_cuda_wished})
  foreach(architecture IN LISTS assay_cuda_wished)
    if(NOT "compute_${architecture}" IN_LIST supported)
      list(REMOVE_ITEM found ${architecture})
    endif()
  endforeach()
  if(found)
    list(POP_BACK found newest)
    list(TRANSFORM found APPEND "-real")
    list(APPEND found ${newest})
  endif()
  set(${result} "${found}" PARENT_SCOPE)
endfunction()
