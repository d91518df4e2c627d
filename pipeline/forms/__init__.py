"""Which statutory form stands where: titles and header words of the catalogue, joined over pages."""
