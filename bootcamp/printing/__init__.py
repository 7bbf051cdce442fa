"""Room of the lab Additive_Manufacturing: meshes -> voxels -> defects -> networks -> figures."""
