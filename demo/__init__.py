"""What a newcomer sees: the story of the contract, and a year of a cloud solution provider."""
