# Packages keep to a directory of their own: the libraries in them are not the system's.
if(CPACK_GENERATOR MATCHES "DEB|RPM")
  set(CPACK_PACKAGING_INSTALL_PREFIX /opt/assay)
endif()
