# ASSAY_CUDA = AUTO, ON and OFF with an nvcc that cannot compile, with none, and with one that refuses
# the default host compiler.
cmake_minimum_required(VERSION 3.25)
set(broken ${WORK}/broken/nvcc)
file(REMOVE_RECURSE ${WORK})
file(WRITE ${broken} "#!/bin/sh\necho this nvcc is broken >&2\nexit 1\n")
file(CHMOD ${broken} PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)

# expect(name policy nvcc status words [option...]): configures, wants `succeeds` or `fails`, and the
# words in what CMake says, line breaks aside.
function(expect name policy nvcc status words)
  execute_process(COMMAND ${CMAKE_COMMAND} -S ${ROOT}/tests/gpu/nvcc_policy -B ${WORK}/${name}
      -DROOT=${ROOT} -DASSAY_CUDA=${policy} -DASSAY_NVCC=${nvcc} -DCMAKE_CXX_COMPILER=${CXX} ${ARGN}
    RESULT_VARIABLE code OUTPUT_VARIABLE text ERROR_VARIABLE text)
  string(REGEX REPLACE "[ \n]+" " " text "${text}")
  if(code EQUAL 0 AND status STREQUAL "fails" OR NOT code EQUAL 0 AND status STREQUAL "succeeds")
    message(SEND_ERROR "${name}: wanted that it ${status}, got ${code}: ${text}")
  endif()
  if(NOT text MATCHES "${words}")
    message(SEND_ERROR "${name}: no '${words}' in: ${text}")
  endif()
endfunction()

function(expect_reason name words)
  file(READ ${WORK}/${name}/cuda/why_built_without_cuda.cpp text)
  if(NOT text MATCHES "${words}")
    message(SEND_ERROR "${name}: no '${words}' in: ${text}")
  endif()
endfunction()

expect(auto-broken AUTO ${broken} succeeds "WITHOUT GPU support.*this nvcc is broken")
expect_reason(auto-broken "did not work")
expect(on-broken ON ${broken} fails "ASSAY_CUDA=ON.*this nvcc is broken")
expect(auto-none AUTO "" succeeds "CUDA: none, no nvcc")
expect_reason(auto-none "install nvidia-cuda-toolkit")
expect(on-none ON "" fails "nvcc was not found.*Install the CUDA toolkit")
if(NVCC)
  # As Ubuntu 24.04's: nvcc 12.0 refuses g++ 13. CMake's own look at the toolkit is let through.
  set(choosy ${WORK}/choosy/nvcc)
  file(WRITE ${choosy} "#!/bin/sh\ncase \"$*\" in\n"
    "  *allow-unsupported*|*list-gpu*|*--version*|*__cmake_determine*) exec ${NVCC} \"$@\" ;;\n"
    "esac\necho unsupported GNU version >&2\nexit 1\n")
  file(CHMOD ${choosy} PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
  expect(auto-choosy AUTO ${choosy} succeeds "nvcc -allow-unsupported-compiler. for ")
else()
  message(STATUS "skipped: an nvcc that refuses the host compiler (there is no nvcc to stand in)")
endif()
expect(off OFF ${broken} succeeds "Configuring done")
expect_reason(off "ASSAY_CUDA=OFF")
set(cross -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR=aarch64)
expect(cross-auto AUTO ${broken} succeeds "CUDA: none, this is a cross-build for aarch64" ${cross})
expect_reason(cross-auto "return false.*cross-built for aarch64.*no GPU")
expect(cross-on ON ${broken} fails "ASSAY_CUDA=ON.*measures no GPU" ${cross})
