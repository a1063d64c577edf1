# CMAKE_UNITY_BUILD (the asan, fuzz and tidy presets: headers are parsed once for a dozen files) compiles
# many files as one, so names of their anonymous namespaces meet. These files have names that others
# have too; they are compiled alone. Release and debug compile every file alone, with every warning
# on; so does ci but for the tests (ASSAY_UNITY_TESTS).
function(assay_compile_alone target)
  foreach(file ${ARGN})
    set_source_files_properties(${PROJECT_SOURCE_DIR}/${file} TARGET_DIRECTORY ${target}
      PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endforeach()
endfunction()

assay_compile_alone(assay_reports
  reports/catalog/aws_json.cpp
  reports/catalog/aws_members.cpp
  reports/catalog/aws_volumes.cpp
  reports/catalog/ebs_price.cpp
  reports/catalog/embedded_data.cpp
  reports/catalog/fields.cpp
  reports/catalog/filter.cpp
  reports/compare/compare_markdown.cpp
  reports/fleet/fleet_tables.cpp
  reports/html/escape.cpp
  reports/html/section_gpu.cpp
  reports/pick/delivered.cpp
  reports/pick/need.cpp)
assay_compile_alone(assay_gpu_bench bench/gpu/gpu_variants.cpp)
assay_compile_alone(assay_storage_bench bench/storage/test_file.cpp bench/storage/vendor_metrics.cpp)
assay_compile_alone(assay runners/cli/pick_command.cpp)
assay_compile_alone(assay_discovery runners/discovery/describe_storage.cpp)
assay_compile_alone(assay_plan runners/plan/storage_row.cpp runners/plan/write_rules.cpp)
if(ASSAY_TESTS)
  assay_compile_alone(json_test tests/json/result_json_test.cpp)
  assay_compile_alone(memory_bench_test tests/memory/sizing_test.cpp)
  assay_compile_alone(storage_io_test tests/storage/storage_io_test.cpp)
  set_target_properties(plan_test storage_test PROPERTIES UNITY_BUILD OFF)
endif()
