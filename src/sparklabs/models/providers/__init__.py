"""One module per vendor; each turns a target into a LangChain chat model and the vendor's errors into ours."""
